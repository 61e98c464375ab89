using Gatekeeper.Release;
using Gatekeeper.Signing.Metadata;

namespace Gatekeeper.Signing.Tests;

/// <summary>Signers who never meet: a file goes round.</summary>
[Collection(CommandLineTests.Name)]
public sealed class RequestTests : IDisposable
{
    private readonly Workshop _shop = new();

    public void Dispose() => _shop.Dispose();

    [Fact]
    public void Sign_SaysWhatItIs_AndAsksBeforeTheKeyIsOpened()
    {
        Rotate();
        byte[] before = File.ReadAllBytes(_shop.At("2.gks"));
        bool opened = false;
        string? question = null;
        Outcome outcome = _shop.Run(
            "request sign 2.gks --key alice.pem",
            passphrase: null,
            ask: _ => Note(out opened),
            answer: asked => Answer(asked, "y", out question));
        Assert.Equal(ExitCode.Signatures, outcome.Code);
        Assert.False(opened, "the passphrase was asked for before the answer");
        Assert.Equal("sign this? type yes to sign it", question);
        foreach (string line in new[]
        {
            "root 2, to follow root 1",
            "targets    1 of alice (7ab6b86cb2c9)",
            "was 2 of alice (7ab6b86cb2c9), bob (c3f860ca5da4)",
            "goes       bob (c3f860ca5da4), ed25519: targets",
            "releases that bob (c3f860ca5da4) signed for targets, even where others signed too",
            "root: 0 of 1 signatures, missing 1 of these keys: alice (7ab6b86cb2c9)",
            "compared   with no root of your own",
        })
        {
            Assert.Contains(line, outcome.Errors, StringComparison.Ordinal);
        }

        Assert.Equal(before, File.ReadAllBytes(_shop.At("2.gks")));
        outcome = _shop.Run("request sign 2.gks --key alice.pem", answer: asked => Answer(asked, "yes", out _));
        Assert.Equal(ExitCode.Done, outcome.Code);
        Assert.NotEqual(before, File.ReadAllBytes(_shop.At("2.gks")));
    }

    [Theory]
    [InlineData("release sign a.gku --key alice.pem", "release PM200 2.0.0 (stable)")]
    [InlineData("root sign roots/1.root.json --key alice.pem", "root 1, the first: what devices are built with")]
    public void SigningInPlace_AsksAtATerminal(string line, string expected)
    {
        _shop.MakeRoot();
        _shop.Build("a.gku");
        string file = line.Split(' ')[2];
        byte[] before = File.ReadAllBytes(_shop.At(file));
        Outcome outcome = _shop.Run(line, answer: _ => null);
        Assert.Equal(ExitCode.Signatures, outcome.Code);
        Assert.Contains(expected, outcome.Errors, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(_shop.At(file)));
        _shop.Do(line); // a script made the file and is not asked
        Assert.Equal(ExitCode.Done, _shop.Run(line + " --yes", answer: _ => throw new InvalidOperationException("asked in spite of --yes")).Code);
    }

    [Fact]
    public void ReleaseRequest_SaysEverythingAboutTheRelease()
    {
        _shop.MakeRoot();
        _shop.Build("a.gku");
        string words = _shop.Do("request new a.gku --out a.gks").Output;
        foreach (string line in new[]
        {
            "release PM200 2.0.0 (stable)", "for hardware   PM200-C", "replaces       1.0.0 and later", "signed at      2026-11-24T00:00:00Z",
            "targets        version 7, expires 2028-01-01T00:00:00Z", "snapshot       version 7, expires", "timestamp      version 7, expires",
            "part           efi, image of 200000 bytes, 200000 stored", "size           ", "notes          Alarms start faster.", "root           version 1",
        })
        {
            Assert.Contains(line, words, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void ReleaseRequest_GivesTheBytesThatSigningInPlaceGives()
    {
        _shop.MakeRoot();
        _shop.Build("a.gku");
        File.Copy(_shop.At("a.gku"), _shop.At("b.gku"));
        _shop.Do("release sign b.gku --key alice.pem bob.pem builds.pem");

        _shop.Do("request new a.gku --out a.gks");
        Assert.True(new FileInfo(_shop.At("a.gks")).Length < 20_000, "a request holds no images");
        File.Copy(_shop.At("a.gks"), _shop.At("bob.gks"));
        _shop.Do("request sign a.gks --key alice.pem --yes");
        Assert.Equal(ExitCode.Signatures, _shop.Run("request finish a.gks --release a.gku").Code);
        _shop.Do("request sign bob.gks --key bob.pem builds.pem --yes");
        _shop.Do("request merge a.gks --from bob.gks");
        _shop.Do("request finish a.gks --release a.gku");
        Assert.Equal(File.ReadAllBytes(_shop.At("b.gku")), File.ReadAllBytes(_shop.At("a.gku")));
    }

    [Fact]
    public void RequestOfAnotherRelease_DoesNotFinishThisOne()
    {
        _shop.MakeRelease("a.gku");
        _shop.Do("request new a.gku --out a.gks");
        _shop.Build("b.gku", "--channel beta");
        byte[] before = File.ReadAllBytes(_shop.At("b.gku"));
        Outcome outcome = _shop.Run("request finish a.gks --release b.gku");
        Assert.Equal((ExitCode.Input, "error: b.gku is about something else"), (outcome.Code, outcome.Error));
        Assert.Equal(before, File.ReadAllBytes(_shop.At("b.gku")));
    }

    [Fact]
    public void FirstRoot_GoesRoundToo()
    {
        _shop.Do("root new --out roots --expires 2046-01-01 --role root=alice.pub.json,bob.pub.json:2 targets=alice.pub.json:1 snapshot=builds.pub.json:1 timestamp=builds.pub.json:1");
        _shop.Do("request new roots/1.root.json --out 1.gks");
        _shop.Do("request sign 1.gks --key bob.pem --yes");
        _shop.Do("root sign roots/1.root.json --key alice.pem"); // meanwhile, in place
        _shop.Do("request sign 1.gks --key alice.pem --yes");
        _shop.Do("request finish 1.gks --root-dir roots");
        using var root = new RootOnDisk(_shop.At("roots/1.root.json"));
        Assert.True(root.IsSigned);
        Assert.Equal(ExitCode.Output, _shop.Run("request finish 1.gks --root-dir roots").Code);
    }

    [Fact]
    public void SignersOwnRoot_MustLeadToTheRequest()
    {
        Rotate();
        Directory.CreateDirectory(_shop.At("mine"));
        _shop.Do("root new --out mine --expires 2047-01-01 --role root=alice.pub.json:1 targets=alice.pub.json:1 snapshot=alice.pub.json:1 timestamp=alice.pub.json:1 --sign alice.pem");
        byte[] before = File.ReadAllBytes(_shop.At("2.gks"));
        Outcome outcome = _shop.Run("request sign 2.gks --key alice.pem --trusted-root mine/1.root.json --yes");
        Assert.Equal((ExitCode.Input, "error: its roots do not lead from mine/1.root.json"), (outcome.Code, outcome.Error));
        Assert.Equal(before, File.ReadAllBytes(_shop.At("2.gks")));
        Assert.Contains("its roots lead from root 1, your own copy", _shop.Do("request show 2.gks --trusted-root roots/1.root.json").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void RootThatWasMadeMeanwhile_EndsTheCeremony()
    {
        Rotate();
        _shop.Do("root rotate --root-dir roots --expires 2050-01-01 --out other.gks --sign alice.pem");
        _shop.Do("request finish other.gks --root-dir roots");
        _shop.Do("request sign 2.gks --key alice.pem --yes");
        byte[] second = File.ReadAllBytes(_shop.At("roots/2.root.json"));
        Outcome outcome = _shop.Run("request finish 2.gks --root-dir roots");
        Assert.Equal(ExitCode.Output, outcome.Code);
        Assert.Equal(second, File.ReadAllBytes(_shop.At("roots/2.root.json")));
    }

    [Fact]
    public void EveryByteOfASignedRequest_Counts()
    {
        // One bit of every byte, which one moves along: what a request holds was signed, or its form is prescribed.
        _shop.Do("root new --out roots --expires 2046-01-01 --role root=alice.pub.json,bob.pub.json:2 targets=alice.pub.json:1 snapshot=alice.pub.json:1 timestamp=alice.pub.json:1 --sign alice.pem");
        _shop.Do("request new roots/1.root.json --out 1.gks");
        string file = _shop.At("1.gks");
        byte[] bytes = File.ReadAllBytes(file);
        for (int at = 0; at < bytes.Length; at++)
        {
            bytes[at] ^= (byte)(1 << (at % 8));
            File.WriteAllBytes(file, bytes);
            Assert.Throws<ToolException>(() => SignedFile.Open(file).Dispose());
            bytes[at] ^= (byte)(1 << (at % 8));
        }

        File.WriteAllBytes(file, bytes);
        SignedFile.Open(file).Dispose();
    }

    [Fact]
    public void RequestIsNoRelease_ToADevice()
    {
        _shop.MakeRelease("a.gku");
        _shop.Do("request new a.gku --out a.gks");
        using var source = new FileSource(_shop.At("a.gks"));
        Assert.Equal(Refusal.FileMalformed, Assert.Throws<RefusedException>(() => GkuReader.ReadHead(source)).Code);
    }

    [Fact]
    public void TextThatMovesTheCursor_IsNotShown()
    {
        File.WriteAllText(_shop.At("notes.txt"), "good\u202Edab\n");
        _shop.MakeRoot();
        _shop.Build("a.gku");
        Assert.Contains("notes          good?dab", _shop.Do("request new a.gku --out a.gks").Output, StringComparison.Ordinal);
    }

    private void Rotate()
    {
        _shop.MakeRoot();
        _shop.Do("root rotate --root-dir roots --remove targets=bob --threshold targets=1 --out 2.gks");
    }

    private static string? Note(out bool asked)
    {
        asked = true;
        return Workshop.Passphrase;
    }

    private static string? Answer(string asked, string answer, out string? question)
    {
        question = asked;
        return answer;
    }
}
