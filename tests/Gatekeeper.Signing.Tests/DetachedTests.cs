using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Gatekeeper.Signing.Metadata;

namespace Gatekeeper.Signing.Tests;

/// <summary>Signatures that other programs make: the bytes go out, openssl signs them as the tool says, the raw signature comes back.</summary>
[Collection(CommandLineTests.Name)]
public sealed partial class DetachedTests : IDisposable
{
    private const string Root = "root new --out roots --expires 2046-01-01 --role root={0}.pub.json:1 targets={0}.pub.json:1 snapshot={0}.pub.json:1 timestamp={0}.pub.json:1";

    private readonly Workshop _shop = new();

    public void Dispose() => _shop.Dispose();

    [Theory]
    [InlineData("alice")] // ed25519
    [InlineData("pat")] // ecdsa-sha2-nistp256
    [InlineData("quinn")] // ecdsa-sha2-nistp384
    [InlineData("rosa")] // rsassa-pss-sha256
    public void Openssl_SignsRootAndRelease_AsTheToolSays(string name)
    {
        _shop.Do(Root.Replace("{0}", name, StringComparison.Ordinal));
        SignWithOpenssl("root", "roots/1.root.json", name);
        _shop.Build("a.gku");
        SignWithOpenssl("release", "a.gku", name);
        _shop.Do("verify a.gku --root roots/1.root.json --product PM200 --hardware PM200-C --running 1.0.0");
        _shop.Do("root rotate --root-dir roots --expires 2050-01-01 --out 2.gks");
        SignWithOpenssl("request", "2.gks", name);
        _shop.Do("request finish 2.gks --root-dir roots");
    }

    [Theory]
    [InlineData("alice")]
    [InlineData("pat")]
    [InlineData("quinn")]
    [InlineData("rosa")]
    public void PublicKey_FromOpenssl_IsTheOneOfTheKey(string name)
    {
        (int code, string text) = HostTool.Run(_shop.Folder, "bash", "-c", $"openssl pkey -in {name}.pem -passin env:GATEKEEPER_PASSPHRASE -pubout -out x.pem");
        Assert.True(code == 0, text);
        _shop.Do("key public x.pem --out x.pub.json");
        Assert.Equal(File.ReadAllBytes(_shop.At(name + ".pub.json")), File.ReadAllBytes(_shop.At("x.pub.json")));
        Assert.Equal(ExitCode.Output, _shop.Run("key public x.pem --out x.pub.json").Code);
    }

    [Theory]
    [InlineData("-algorithm X25519", "it is a key of a kind that devices do not know (1.3.101.110)")]
    [InlineData("-algorithm EC -pkeyopt ec_paramgen_curve:P-521", "it is a key of a kind that devices do not know (1.3.132.0.35)")]
    [InlineData("-algorithm EC -pkeyopt ec_paramgen_curve:P-256 -pkeyopt ec_param_enc:explicit", "devices do not know or refuse this key")]
    [InlineData("-algorithm RSA -pkeyopt rsa_keygen_bits:1024", "devices do not know or refuse this key")]
    public void PublicKey_ThatDevicesRefuse_IsNotTaken(string arguments, string expected)
    {
        (int code, string text) = HostTool.Run(_shop.Folder, "bash", "-ec", $"openssl genpkey {arguments} | openssl pkey -pubout -out x.pem");
        Assert.True(code == 0, text);
        Outcome outcome = _shop.Run("key public x.pem --out x.pub.json");
        Assert.Equal((ExitCode.Input, "error: x.pem is not a public key: " + expected), (outcome.Code, outcome.Error));
        Assert.Equal(ExitCode.Input, _shop.Run("key public alice.pem --out x.pub.json").Code);
    }

    [Theory]
    [InlineData("pat", 32)]
    [InlineData("quinn", 48)]
    public void EcdsaSignatureOfAnHsm_IsTakenToo(string name, int half)
    {
        _shop.Do(Root.Replace("{0}", name, StringComparison.Ordinal));
        _shop.Do("root to-sign roots/1.root.json --out out");
        string stem = Directory.GetFiles(_shop.At("out"), "*.to-sign")[0][..^".to-sign".Length];
        Openssl(name, _shop.Do("root to-sign roots/1.root.json --out again").Output);
        byte[] der = File.ReadAllBytes(Directory.GetFiles(_shop.At("again"), "*.sig")[0]);
        var sequence = new System.Formats.Asn1.AsnReader(der, System.Formats.Asn1.AsnEncodingRules.DER).ReadSequence();
        byte[] raw = [.. Fixed(sequence.ReadIntegerBytes().ToArray(), half), .. Fixed(sequence.ReadIntegerBytes().ToArray(), half)];
        File.WriteAllBytes(stem + ".sig", raw);
        _shop.Do($"root add-signature roots/1.root.json --signature out/{Path.GetFileName(stem)}.sig");
        Assert.Equal(der, RootFolder.Read(_shop.At("roots/1.root.json")).Metadata.Signatures[0].Value);
    }

    [Theory]
    [InlineData("alice", "ed25519 wants 64 bytes (RFC 8032), over the file itself and not over a hash of it")]
    [InlineData("pat", "ecdsa-sha2-nistp256 wants DER of r and s, or r and s back to back in 64 bytes, over the SHA-256 of the file")]
    [InlineData("quinn", "ecdsa-sha2-nistp384 wants DER of r and s, or r and s back to back in 96 bytes, over the SHA-384 of the file")]
    [InlineData("rosa", "rsassa-pss-sha256 wants RSASSA-PSS as long as the modulus, with SHA-256, MGF1 with SHA-256 and 32 bytes of salt")]
    public void WrongSignature_SaysWhatIsWanted_AndChangesNothing(string name, string hint)
    {
        _shop.Do(Root.Replace("{0}", name, StringComparison.Ordinal));
        byte[] before = File.ReadAllBytes(_shop.At("roots/1.root.json"));
        File.WriteAllBytes(_shop.At("x.sig"), new byte[64]);
        Outcome outcome = _shop.Run($"root add-signature roots/1.root.json --signature x.sig --role root --by {name}");
        Assert.Equal(ExitCode.Signatures, outcome.Code);
        Assert.Contains("hint: " + hint, outcome.Errors, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(_shop.At("roots/1.root.json")));
    }

    [Fact]
    public void RsaSignatureWithAnotherSalt_IsRefused()
    {
        _shop.Do(Root.Replace("{0}", "rosa", StringComparison.Ordinal));
        string output = _shop.Do("root to-sign roots/1.root.json --out out").Output;
        Openssl("rosa", output.Replace("saltlen:32", "saltlen:20", StringComparison.Ordinal));
        string signature = Path.GetFileName(Directory.GetFiles(_shop.At("out"), "*.sig")[0]);
        Assert.Equal(ExitCode.Signatures, _shop.Run($"root add-signature roots/1.root.json --signature out/{signature}").Code);
    }

    [Fact]
    public void SignatureOfAnotherRole_OrKey_IsRefused()
    {
        _shop.MakeRoot();
        _shop.Build("a.gku");
        string output = _shop.Do("release to-sign a.gku --out out").Output;
        Openssl("alice", string.Join('\n', output.Split('\n').Where(l => l.Contains("targets.7ab6", StringComparison.Ordinal))));
        const string Signature = "--signature out/targets.7ab6b86cb2c9.sig";
        Assert.Equal(ExitCode.Signatures, _shop.Run($"release add-signature a.gku {Signature} --role targets --by bob").Code);
        Assert.Equal(ExitCode.Signatures, _shop.Run($"release add-signature a.gku {Signature} --role snapshot --by builds").Code);
        Assert.Equal(ExitCode.Signatures, _shop.Run($"release add-signature a.gku {Signature} --role snapshot --by alice").Code);
        Assert.Equal(ExitCode.Usage, _shop.Run($"release add-signature a.gku {Signature} --role root --by alice").Code);
        Assert.Equal(ExitCode.Usage, _shop.Run($"release add-signature a.gku {Signature} --by alice").Code);
        Assert.Equal(ExitCode.Usage, _shop.Run("release add-signature a.gku --signature alice.pem").Code);
        Assert.Equal(ExitCode.Usage, _shop.Run("root add-signature a.gku --signature out/targets.7ab6b86cb2c9.sig").Code);
        Assert.Contains("targets: 1 of 2 signatures by alice", _shop.Do($"release add-signature a.gku {Signature}").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void BytesToSign_AreThere_ForEachRoleAndKey_WithTheWords()
    {
        _shop.MakeRoot();
        _shop.Build("a.gku");
        JsonNode facts = JsonNode.Parse(_shop.Do("release to-sign a.gku --out out --json").Output)!;
        Assert.Equal(
            ["timestamp.3336b2228946", "snapshot.3336b2228946", "targets.7ab6b86cb2c9", "targets.c3f860ca5da4"],
            facts["files"]!.AsArray().Select(f => Path.GetFileNameWithoutExtension(f!["to_sign"]!.GetValue<string>())));
        using var release = new ReleaseOnDisk(_shop.At("a.gku"));
        Assert.Equal(release.Signing.Targets.Metadata.SignedBytes, File.ReadAllBytes(_shop.At("out/targets.7ab6b86cb2c9.to-sign")));
        Assert.Contains("release PM200 2.0.0", File.ReadAllText(_shop.At("out/what-is-signed.txt")), StringComparison.Ordinal);
        Assert.Equal(ExitCode.Output, _shop.Run("release to-sign a.gku --out out").Code);
    }

    private void SignWithOpenssl(string kind, string file, string name)
    {
        string folder = "out-" + kind;
        Openssl(name, _shop.Do($"{kind} to-sign {file} --out {folder}").Output);
        string signatures = string.Join(' ', Directory.GetFiles(_shop.At(folder), "*.sig").Select(f => $"{folder}/{Path.GetFileName(f)}"));
        Assert.DoesNotContain("missing", _shop.Do($"{kind} add-signature {file} --signature {signatures}").Output, StringComparison.Ordinal);
    }

    // Runs the openssl lines that the tool printed, with the plain key of openssl's own making.
    private void Openssl(string name, string output)
    {
        string[] lines = [.. OpensslLine().Matches(output).Select(m => m.Value.Trim().Replace(" KEY ", " plain.pem ", StringComparison.Ordinal))];
        Assert.NotEmpty(lines);
        (int code, string text) = HostTool.Run(_shop.Folder, "bash", "-ec", $"openssl pkey -in {name}.pem -passin env:GATEKEEPER_PASSPHRASE -out plain.pem\n{string.Join('\n', lines)}");
        Assert.True(code == 0, text);
    }

    private static byte[] Fixed(byte[] number, int length)
    {
        byte[] digits = [.. number.SkipWhile(b => b == 0)];
        return [.. new byte[length - digits.Length], .. digits];
    }

    [GeneratedRegex("^  openssl .*$", RegexOptions.Multiline)]
    private static partial Regex OpensslLine();
}
