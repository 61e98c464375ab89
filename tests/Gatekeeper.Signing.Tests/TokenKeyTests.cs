using Gatekeeper.Signing.Keys;
using Gatekeeper.Signing.Keys.Tokens;

namespace Gatekeeper.Signing.Tests;

/// <summary>Keys in a token of softhsm2: made there, found, and signing what a device installs.</summary>
[Collection(CommandLineTests.Name)]
public sealed class TokenKeyTests : IDisposable
{
    private readonly Workshop _shop = new();
    private readonly TokenBench _bench = new();

    public void Dispose()
    {
        _bench.Dispose();
        _shop.Dispose();
    }

    [Theory]
    [InlineData("ed25519", "ed25519")]
    [InlineData("ecdsa-p256", "ecdsa-sha2-nistp256")]
    [InlineData("ecdsa-p384", "ecdsa-sha2-nistp384")]
    [InlineData("rsa-3072", "rsassa-pss-sha256")]
    [InlineData("rsa-4096", "rsassa-pss-sha256")]
    public void KeyOfEachType_SignsWhatADeviceInstalls_AndStaysInTheToken(string type, string scheme)
    {
        Assert.Contains($"scheme      {scheme}", New("alice", type).Output, StringComparison.Ordinal);
        string key = _bench.Uri(";object=alice");
        _shop.Do($"root new --out roots --expires 2046-01-01 --role root=hsm.pub.json:1 targets=hsm.pub.json,bob.pub.json:2 snapshot=hsm.pub.json:1 timestamp=hsm.pub.json:1 --sign {key}");
        _shop.Build("a.gku");
        _shop.Do($"release sign a.gku --key {key} bob.pem");
        Assert.Contains("would install PM200 2.0.0", _shop.Do("verify a.gku --root roots/1.root.json --product PM200 --hardware PM200-C --running 1.0.0").Output, StringComparison.Ordinal);

        // What another program sees of it: the two promises, and no right but to sign.
        (int code, string seen) = HostTool.Run(_shop.Folder, "softhsm2-util", "--show-slots");
        Assert.True(code == 0, seen);
        Assert.Contains("never left the token", _shop.Do($"key list --token {_bench.Uri()}").Output, StringComparison.Ordinal);
        Assert.Contains("which it never left", _shop.Do($"key show {key}").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void EcdsaSignatures_AreDerOfEveryLength()
    {
        // r and s shorter than the group's order, or with their highest bit set, must come out as DER integers: many signatures meet both.
        New("alice", "ecdsa-p256");
        using var shelf = Shelf();
        using var key = new SigningKey(shelf.Key(Uri(";object=alice"))); // checks each of them as a device does
        var lengths = new HashSet<int>();
        for (int i = 0; i < 200; i++)
        {
            lengths.Add(key.Sign(BitConverter.GetBytes(i)).Length);
        }

        Assert.Contains(70, lengths);
        Assert.Contains(72, lengths);
        Assert.True(lengths.Count >= 3);
    }

    [Fact]
    public void PublicKey_IsWrittenAgain_AndIsTheSame()
    {
        New("alice", "ecdsa-p384");
        _shop.Do($"key show {_bench.Uri(";object=alice")} --out again.pub.json");
        Assert.Equal(File.ReadAllBytes(_shop.At("hsm.pub.json")), File.ReadAllBytes(_shop.At("again.pub.json")));
    }

    [Fact]
    public void KeyOfAnotherProgram_IsUsed_AndTold()
    {
        (int code, string text) = HostTool.Run(_shop.Folder, "openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", "theirs.pem");
        Assert.True(code == 0, text);
        (code, text) = HostTool.Run(_shop.Folder, "softhsm2-util", "--import", "theirs.pem", "--token", "Releases", "--label", "theirs", "--id", "A1B2", "--pin", "1234");
        Assert.True(code == 0, text);
        Assert.Contains("it was not made there or may leave it", _shop.Do($"key show {_bench.Uri(";id=%A1%B2")} --out theirs.pub.json").Output, StringComparison.Ordinal);
        _shop.Do($"root new --out roots --expires 2046-01-01 --role root=theirs.pub.json:1 targets=bob.pub.json:1 snapshot=bob.pub.json:1 timestamp=bob.pub.json:1 --sign {_bench.Uri(";object=theirs;type=private")}");
    }

    [Fact]
    public void KeyThatDevicesDoNotKnow_IsRefusedInWords()
    {
        (int code, string text) = HostTool.Run(_shop.Folder, "openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024", "-out", "small.pem");
        Assert.True(code == 0, text);
        (code, text) = HostTool.Run(_shop.Folder, "softhsm2-util", "--import", "small.pem", "--token", "Releases", "--label", "small", "--id", "01", "--pin", "1234");
        Assert.True(code == 0, text);
        Expect(ExitCode.Input, "object=small;id=%01 of the token Releases is not usable: devices refuse this key", $"key show {_bench.Uri(";object=small")}");
        Assert.Contains("not usable", _shop.Do($"key list --token {_bench.Uri()}").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void NoSuchKey_AndSeveral_AreTold()
    {
        Expect(ExitCode.Input, "has no private key that matches", $"key show {_bench.Uri(";object=alice")}");
        New("alice", "ed25519");
        Outcome none = Expect(ExitCode.Input, "has no private key that matches", $"key show {_bench.Uri(";object=bob")}");
        Assert.Contains("it has object=alice;id=", none.Errors, StringComparison.Ordinal);
        _shop.Do($"key new --token {_bench.Uri(";object=carol")} --out carol.hsm.pub.json");
        Outcome several = Expect(ExitCode.Input, "2 private keys of the token Releases match", $"key show {_bench.Uri()}");
        Assert.Contains("object=carol", several.Errors, StringComparison.Ordinal);
        Expect(ExitCode.Output, "has a key named alice already", $"key new --token {_bench.Uri(";object=alice")} --out x.pub.json");
    }

    [Fact]
    public void NoSuchToken_AndSeveral_AreTold()
    {
        Outcome none = Expect(ExitCode.Token, "no token matches", $"key show 'pkcs11:token=Other?module-path={TokenBench.Module}'");
        Assert.Contains("there is token=Releases;serial=", none.Errors, StringComparison.Ordinal);
        _bench.AddToken("Releases");
        Outcome several = Expect(ExitCode.Token, "2 tokens match", $"key list --token {_bench.Uri()}");
        Assert.Contains("name one by its serial: token=Releases;serial=", several.Errors, StringComparison.Ordinal);
        string serial = several.Errors.Split("serial=")[1].Split(',')[0].Trim();
        _shop.Do($"key list --token {_bench.Uri(";serial=" + serial)}");
    }

    [Fact]
    public void ATokenKey_IsNotWrittenToAFile_AndItsNameIsNeeded()
    {
        Expect(ExitCode.Usage, "would be a private key, which stays in the token", $"key new --token {_bench.Uri(";object=a")} --out a.pem");
        Expect(ExitCode.Usage, "the key has no name", $"key new --token {_bench.Uri()} --out a.pub.json");
        Expect(ExitCode.Usage, "keys of this type are not made in a token here", $"key new --token {_bench.Uri(";object=a")} --type x-ed25519+lms --out a.pub.json");
        Assert.False(File.Exists(_shop.At("a.pub.json")));
    }

    [Fact]
    public void Pin_FromUriBeforeFileBeforeEnvironmentBeforePrompt()
    {
        New("alice", "ed25519");
        File.WriteAllText(_shop.At("wrong.pin"), "0000\n");
        string show = $"key show {TokenBench.Asking(";object=alice")}";
        _shop.Do($"key show {_bench.Uri(";object=alice")} --pin-file wrong.pin");
        _shop.Variables["GATEKEEPER_PIN"] = "0000";
        _shop.Do($"{show} --pin-file {_bench.PinFile}");
        Outcome wrong = Expect(ExitCode.Passphrase, "wrong PIN for the token Releases", show);
        Assert.Contains("the PIN came from GATEKEEPER_PIN; it is not tried again by itself", wrong.Errors, StringComparison.Ordinal);
        _shop.Variables["GATEKEEPER_PIN"] = "1234";
        _shop.Do(show);
        _shop.Variables.Clear();
        Expect(ExitCode.Passphrase, "no PIN for the token Releases", show);
        string? asked = null;
        Assert.Equal(ExitCode.Done, _shop.Run(show, ask: prompt => (asked = prompt) is null ? null : "1234").Code);
        Assert.Equal("PIN of the token Releases", asked);
    }

    [Fact]
    public void TwoKeysOfOneToken_AskForItsPinOnce()
    {
        New("alice", "ed25519");
        _shop.Do($"key new --token {_bench.Uri(";object=bob")} --type ecdsa-p256 --out bob.hsm.pub.json");
        int asked = 0;
        Outcome outcome = _shop.Run(
            $"root new --out roots --expires 2046-01-01 --role root=hsm.pub.json,bob.hsm.pub.json,carol.pub.json:3 targets=bob.pub.json:1 snapshot=bob.pub.json:1 timestamp=bob.pub.json:1 --sign {TokenBench.Asking(";object=alice")} carol.pem {TokenBench.Asking(";object=bob")}",
            ask: _ => asked++ == 0 ? "1234" : null);
        Assert.True(outcome.Code == ExitCode.Done, outcome.Errors);
        Assert.Contains("root: 3 of 3 signatures", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void ModuleFromTheEnvironment_AndFromAFolderWithAName()
    {
        New("alice", "ed25519");
        _shop.Variables["GATEKEEPER_PKCS11_MODULE"] = TokenBench.Module;
        _shop.Do($"key show 'pkcs11:object=alice?pin-source={_bench.PinFile}&module-name=softhsm2'");
        _shop.Variables["GATEKEEPER_PKCS11_MODULE"] = "/nowhere.so";
        _shop.Do($"key show 'pkcs11:object=alice?pin-source={_bench.PinFile}&module-name=softhsm2&module-path=/usr/lib/softhsm'");
        Expect(ExitCode.Usage, "is not named other", $"key show 'pkcs11:object=alice?module-name=other&module-path={TokenBench.Module}'");
    }

    [Fact]
    public void AFileThatIsNoModule_IsTold()
    {
        File.WriteAllText(_shop.At("m.so"), "not a library");
        Expect(ExitCode.Token, "cannot be loaded as a PKCS#11 module", $"key show 'pkcs11:?module-path={_shop.At("m.so")}'");
        (int code, string text) = HostTool.Run(_shop.Folder, "bash", "-c", "echo 'int nothing;' | gcc -shared -x c -o empty.so -");
        Assert.True(code == 0, text);
        Expect(ExitCode.Token, "cannot be loaded as a PKCS#11 module", $"key show 'pkcs11:?module-path={_shop.At("empty.so")}'");
    }

    private Outcome New(string name, string type) => _shop.Do($"key new --token {_bench.Uri(";object=" + name)} --type {type} --out hsm.pub.json");

    private TokenUri Uri(string more) => TokenUri.Parse(_bench.Uri(more).Trim('\''));

    private static TokenShelf Shelf()
    {
        var console = new ToolConsole { Out = TextWriter.Null, Error = TextWriter.Null, Environment = _ => null };
        return new TokenShelf(console.Environment, new Pins(console, []));
    }

    private Outcome Expect(ExitCode code, string error, string line)
    {
        Outcome outcome = _shop.Run(line);
        Assert.True(outcome.Code == code && outcome.Error.Contains(error, StringComparison.Ordinal), $"{outcome.Code}\n{outcome.Errors}");
        Assert.Contains("\nhint: ", outcome.Errors, StringComparison.Ordinal);
        return outcome;
    }
}
