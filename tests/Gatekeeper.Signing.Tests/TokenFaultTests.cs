namespace Gatekeeper.Signing.Tests;

/// <summary>A token that fails in the middle, through a module that is softhsm2's with one fault.</summary>
[Collection(CommandLineTests.Name)]
public sealed class TokenFaultTests : IDisposable
{
    private readonly Workshop _shop = new();
    private readonly TokenBench _bench = new();

    public void Dispose()
    {
        _bench.Dispose();
        _shop.Dispose();
    }

    [Theory]
    [InlineData("pulled-out", "ecdsa-p256", ExitCode.Token, "the token Releases was taken away while signing", "nothing was written")]
    [InlineData("wrong-signature", "ecdsa-p256", ExitCode.Token, "gave a signature that devices refuse; it is not used", "do not use this token")]
    [InlineData("wrong-signature", "rsa-3072", ExitCode.Token, "gave a signature that devices refuse; it is not used", "do not use this token")]
    [InlineData("wrong-signature", "ed25519", ExitCode.Token, "gave a signature that devices refuse; it is not used", "do not use this token")]
    [InlineData("no-ecdsa", "ecdsa-p256", ExitCode.Token, "cannot sign with this key: it does not know CKM_ECDSA", "use a key of another type")]
    [InlineData("locked", "ed25519", ExitCode.Passphrase, "the PIN of the token Releases is locked", "security officer")]
    [InlineData("login-locked", "ed25519", ExitCode.Passphrase, "the PIN of the token Releases is locked", "security officer")]
    [InlineData("final-try", "ed25519", ExitCode.Passphrase, "one more wrong PIN locks the token Releases", "at a terminal")]
    [InlineData("does-not-start", "ed25519", ExitCode.Token, "does not start: CKR_GENERAL_ERROR", "manual")]
    public void Fault_EndsTheCommand_AndNothingIsWritten(string fault, string type, ExitCode code, string error, string hint)
    {
        MakeKey(type);
        Outcome outcome = _shop.Run(RootLine(fault));
        Assert.True(outcome.Code == code, outcome.Errors);
        Assert.Contains(error, outcome.Error, StringComparison.Ordinal);
        Assert.Contains(hint, outcome.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(_shop.At("roots/1.root.json")));
    }

    [Fact]
    public void LastTry_IsForAPersonOnly()
    {
        MakeKey("ed25519");
        string? asked = null;
        Outcome outcome = _shop.Run(RootLine("final-try"), ask: prompt => (asked = prompt) is null ? null : "1234");
        Assert.True(outcome.Code == ExitCode.Done, outcome.Errors);
        Assert.Equal("LAST TRY before the token Releases is locked; its PIN", asked);

        Outcome wrong = _shop.Run($"key show {_bench.Faulty("final-try", ";object=alice")}", ask: _ => "0000");
        Assert.Contains("one try is left", wrong.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void TokenWithoutPssOfAHash_HashesItself()
    {
        MakeKey("rsa-3072");
        Assert.Equal(ExitCode.Done, _shop.Run(RootLine("no-pss-of-hash")).Code);
    }

    [Fact]
    public void KeyThatAsksEachTime_IsLoggedInForEachSignature()
    {
        MakeKey("ecdsa-p256");
        _shop.MakeRoot(); // the folder's root: alice signs nothing below
        Directory.Delete(_shop.At("roots"), recursive: true);
        Assert.Equal(ExitCode.Done, _shop.Run(RootLine("asks-each-time")).Code);
        _shop.Build("a.gku");
        Assert.Equal(ExitCode.Done, _shop.Run($"release sign a.gku --key {_bench.Faulty("asks-each-time", ";object=alice")}").Code);
    }

    [Theory]
    [InlineData("exports", "made a key that it does not keep to itself: CKA_NEVER_EXTRACTABLE is not TRUE")]
    [InlineData("wrong-signature", "gave a signature that devices refuse")]
    [InlineData("pulled-out", "was taken away while signing")]
    [InlineData("no-key-pairs", "cannot make such a key: it does not know CKM_EC_KEY_PAIR_GEN")]
    public void NewKeyThatIsNotAsPromised_IsRemovedAgain(string fault, string error)
    {
        Outcome outcome = _shop.Run($"key new --token {_bench.Faulty(fault, ";object=alice")} --type ecdsa-p256 --out hsm.pub.json");
        Assert.True(outcome.Code == ExitCode.Token && outcome.Error.Contains(error, StringComparison.Ordinal), outcome.Errors);
        Assert.False(File.Exists(_shop.At("hsm.pub.json")));
        Assert.Contains("has no private key", _shop.Do($"key list --token {_bench.Uri()}").Output, StringComparison.Ordinal);
    }

    private void MakeKey(string type) => _shop.Do($"key new --token {_bench.Uri(";object=alice")} --type {type} --out hsm.pub.json");

    private string RootLine(string fault) => $"root new --out roots --expires 2046-01-01 --role root=hsm.pub.json:1 targets=hsm.pub.json:1 snapshot=hsm.pub.json:1 timestamp=hsm.pub.json:1 --sign {_bench.Faulty(fault, ";object=alice")}";
}
