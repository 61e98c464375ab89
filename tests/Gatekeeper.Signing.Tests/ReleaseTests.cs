using System.Security.Cryptography;
using Gatekeeper.Release;
using Gatekeeper.Signing.Keys;
using Gatekeeper.Signing.Metadata;

namespace Gatekeeper.Signing.Tests;

[Collection(CommandLineTests.Name)]
public sealed class ReleaseTests : IDisposable
{
    private readonly Workshop _shop = new();

    public void Dispose() => _shop.Dispose();

    [Fact]
    public void SameInputs_GiveTheSameBytes_InAnotherFolderAtAnotherTime()
    {
        _shop.MakeRelease("a.gku");
        using var other = new Workshop();
        Thread.Sleep(1100); // past any clock of seconds
        other.MakeRoot();
        other.Build("b.gku");
        foreach (string key in new[] { "builds.pem", "bob.pem", "alice.pem" })
        {
            other.Do($"release sign b.gku --key {key}");
        }

        Assert.Equal(File.ReadAllBytes(_shop.At("a.gku")), File.ReadAllBytes(other.At("b.gku")));
    }

    [Fact]
    public void OrderOfHardwareIds_DoesNotMatter()
    {
        _shop.MakeRoot();
        _shop.Build("a.gku", "--hardware PM200-D PM200-A");
        _shop.Build("b.gku", "--hardware PM200-A PM200-D PM200-A");
        Assert.Equal(File.ReadAllBytes(_shop.At("a.gku")), File.ReadAllBytes(_shop.At("b.gku")));
    }

    [Fact]
    public void EveryInput_ChangesTheDigest()
    {
        _shop.MakeRoot();
        string line = Workshop.BuildLine("x.gku");
        var digests = new HashSet<string>();
        foreach (string changed in new[]
        {
            line,
            line.Replace("PM200 ", "PM300 ", StringComparison.Ordinal),
            line.Replace("2.0.0", "2.0.1", StringComparison.Ordinal),
            line.Replace("PM200-C", "PM200-D", StringComparison.Ordinal),
            line.Replace("1.0.0", "1.0.1", StringComparison.Ordinal),
            line.Replace("2026-11-24", "2026-11-25", StringComparison.Ordinal),
            line.Replace("efi.img system", "system.img system", StringComparison.Ordinal),
            line.Replace("65536", "131072", StringComparison.Ordinal),
            line + " --channel beta",
            line + " --sbom notes.txt",
            line.Replace("--notes notes.txt", "", StringComparison.Ordinal),
        })
        {
            _shop.Do(changed);
            using (var release = new ReleaseOnDisk(_shop.At("x.gku")))
            {
                Assert.True(digests.Add(release.Digest), changed);
            }

            File.Delete(_shop.At("x.gku"));
        }
    }

    [Fact]
    public void BuiltFile_HoldsTheImages_ChunkByChunk()
    {
        _shop.MakeRelease("a.gku");
        using var source = new FileSource(_shop.At("a.gku"));
        ReleaseHead head = GkuReader.ReadHead(source);
        TrustState trust = Verifier.InitialTrust(File.ReadAllBytes(_shop.At("roots/1.root.json")));
        var facts = new DeviceFacts("PM200", "PM200-C", new ReleaseVersion(1, 0, 0), null, 0, RefuseExpired: false);
        VerifiedRelease release = Verifier.Accept(head, trust, facts);
        Assert.Equal("Alarms start faster.\nThe clock is right after a power cut.", release.Notes);
        foreach (VerifiedPayload payload in release.Payloads)
        {
            using var image = new MemoryStream();
            byte[] buffer = new byte[payload.ChunkSize];
            for (int i = 0; i < payload.Chunks.Length; i++)
            {
                image.Write(ChunkReader.Read(source, payload, i, buffer).Plain);
            }

            Assert.Equal(File.ReadAllBytes(_shop.At(payload.Part + ".img")), image.ToArray());
        }

        Assert.Equal(0, release.Payloads[1].Chunks[1].StoredLength); // zeros are not stored
    }

    [Fact]
    public void SignatureCounts_OnlyForTheRolesOfItsKey()
    {
        _shop.MakeRoot();
        _shop.Build("a.gku");
        _shop.Do("release sign a.gku --key builds.pem");
        using var release = new ReleaseOnDisk(_shop.At("a.gku"));
        Assert.Equal([true, true, false], release.Roles.Select(r => r.IsComplete));
    }

    [Fact]
    public void DamagedSignature_IsNoticedBeforeSigning()
    {
        _shop.MakeRelease("a.gku");
        byte[] bytes = File.ReadAllBytes(_shop.At("a.gku"));
        int signature = bytes.AsSpan().LastIndexOf("\"sig\":\""u8) + 7;
        bytes[signature] = (byte)(bytes[signature] == '0' ? '1' : '0');
        File.WriteAllBytes(_shop.At("a.gku"), bytes);
        Outcome outcome = _shop.Run("release sign a.gku --key alice.pem");
        Assert.Equal(ExitCode.Signatures, outcome.Code);
        Assert.Equal("error: targets: a signature is not valid", outcome.Error);
        Assert.Equal(bytes, File.ReadAllBytes(_shop.At("a.gku")));
    }

    [Fact]
    public void DocumentOfAnotherRelease_IsNotSigned()
    {
        // Somebody puts the harmless document of one release before the targets of another: whoever signs would read the wrong words.
        _shop.MakeRoot();
        _shop.Build("a.gku");
        byte[] bytes = File.ReadAllBytes(_shop.At("a.gku"));
        int version = bytes.AsSpan().LastIndexOf("\"version\":\"2.0.0\""u8) + 11;
        bytes[version] = (byte)'1';
        File.WriteAllBytes(_shop.At("a.gku"), bytes);
        Outcome outcome = _shop.Run("release sign a.gku --key alice.pem");
        Assert.Equal(ExitCode.Input, outcome.Code);
        Assert.Equal("error: a.gku holds a release document that its targets do not name", outcome.Error);
    }

    [Fact]
    public void ImageThatChangesWhileItIsRead_EndsTheBuild()
    {
        string file = _shop.At("system.img");
        ChunkTable table;
        using (FileStream image = File.OpenRead(file))
        {
            table = ChunkTable.Build(image, null, 65536);
        }

        byte[] bytes = File.ReadAllBytes(file);
        bytes[300_001] ^= 1;
        File.WriteAllBytes(file, bytes);
        using var stored = new StoredChunks(file, table);
        ToolException e = Assert.Throws<ToolException>(() => stored.CopyTo(Stream.Null));
        Assert.Equal(ExitCode.Input, e.Code);
    }

    [Fact]
    public void SecondRoot_IsCarriedToo()
    {
        _shop.MakeRoot();
        _shop.Do("root rotate --root-dir roots --remove targets=bob --threshold targets=1 --out 2.gks");
        _shop.Do("request sign 2.gks --key alice.pem --yes");
        _shop.Do("request finish 2.gks --root-dir roots");
        _shop.Build("a.gku");
        Assert.Equal(ExitCode.Signatures, _shop.Run("release sign a.gku --key bob.pem").Code);
        _shop.Do("release sign a.gku --key alice.pem builds.pem");
        _shop.Do("verify a.gku --root roots/1.root.json --product PM200 --hardware PM200-C --running 1.0.0");
    }

    [Fact]
    public void SecondRoot_SignedByItsOwnKeysOnly_EndsTheBuild()
    {
        // The root role goes from alice to bob: without alice's signature no device follows, so no release may carry it.
        _shop.MakeRoot();
        RootFile first = RootFolder.Read(_shop.At("roots/1.root.json"));
        TufKey bob = KeyFiles.ReadPublic(_shop.At("bob.pub.json"));
        RootMetadata next = first.Root with { Version = 2, Root = new RoleKeys([bob], 1) };
        File.WriteAllBytes(_shop.At("roots/2.root.json"), SignedMetadata.Encode(next.Encode(), []));
        _shop.Do("root sign roots/2.root.json --key bob.pem");
        Outcome outcome = _shop.Run(Workshop.BuildLine("a.gku"));
        Assert.Equal(ExitCode.Signatures, outcome.Code);
        Assert.Contains("root before: 0 of 1 signatures, missing 1 of these keys: alice", outcome.Error, StringComparison.Ordinal);
        _shop.Do("root sign roots/2.root.json --key alice.pem");
        _shop.Build("a.gku");
    }

    [Fact]
    public void ReleaseAsLarge_AsProgressIsShown_StillGivesTheSameBytes()
    {
        // With a terminal the same work runs inside a progress bar.
        _shop.MakeRoot();
        _shop.Build("a.gku");
        var bar = new StringWriter();
        var console = new ToolConsole { Out = TextWriter.Null, Error = bar, Environment = _ => null, ShowProgress = true };
        string line = Workshop.BuildLine(_shop.At("b.gku"))
            .Replace("notes.txt", _shop.At("notes.txt"), StringComparison.Ordinal)
            .Replace("efi=efi.img", "efi=" + _shop.At("efi.img"), StringComparison.Ordinal)
            .Replace("system=system.img", "system=" + _shop.At("system.img"), StringComparison.Ordinal)
            .Replace("--root-dir roots", "--root-dir " + _shop.At("roots"), StringComparison.Ordinal);
        Assert.Equal(0, Tool.Run(line.Split(' ', StringSplitOptions.RemoveEmptyEntries), console));
        Assert.Equal(SHA256.HashData(File.ReadAllBytes(_shop.At("a.gku"))), SHA256.HashData(File.ReadAllBytes(_shop.At("b.gku"))));
    }
}
