using Gatekeeper.Signing.Keys;

namespace Gatekeeper.Signing.Tests;

[Collection(CommandLineTests.Name)]
public sealed class KeyTests : IDisposable
{
    private readonly Workshop _shop = new();

    public void Dispose() => _shop.Dispose();

    [Fact]
    public void Signature_IsThatOfRfc8032()
    {
        // RFC 8032 §7.1, test 3
        using var key = new SigningKey(Convert.FromHexString("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7"));
        Assert.Equal("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", Convert.ToHexStringLower(key.Public.PublicKey.AsSpan()));
        Assert.Equal(
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
            Convert.ToHexStringLower(key.Sign([0xAF, 0x82])));
    }

    [Fact]
    public void NewKey_IsReadByOpenssl_AndItsPublicKeyIsTheOneWritten()
    {
        _shop.Do("key new --out new.pem");
        (int code, string text) = HostTool.Run(_shop.Folder, "openssl", "pkey", "-in", "new.pem", "-passin", "env:GATEKEEPER_PASSPHRASE", "-pubout", "-outform", "DER", "-out", "new.der");
        Assert.True(code == 0, text);
        byte[] spki = File.ReadAllBytes(_shop.At("new.der"));
        Assert.Equal(KeyFiles.ReadPublic(_shop.At("new.pub.json")).PublicKey.AsSpan(), spki.AsSpan(^32..)); // RFC 8410 §4: the last 32 bytes
    }

    [Fact]
    public void NewKey_IsEncryptedWith600000Rounds_AsOpensslSees()
    {
        _shop.Do("key new --out new.pem");
        (_, string text) = HostTool.Run(_shop.Folder, "openssl", "asn1parse", "-in", "new.pem");
        Assert.Contains("PBES2", text, StringComparison.Ordinal);
        Assert.Contains("hmacWithSHA256", text, StringComparison.Ordinal);
        Assert.Contains("aes-256-cbc", text, StringComparison.Ordinal);
        Assert.Contains(":0927C0", text, StringComparison.Ordinal); // 600,000
    }

    [Fact]
    public void KeyThatOpensslMade_Signs()
    {
        (int code, string text) = HostTool.Run(_shop.Folder, "openssl", "genpkey", "-algorithm", "ed25519", "-aes-256-cbc", "-pass", "env:GATEKEEPER_PASSPHRASE", "-out", "theirs.pem");
        Assert.True(code == 0, text);
        using SigningKey key = KeyFiles.ReadPrivate(_shop.At("theirs.pem"), 0, Passphrases(Workshop.Passphrase));
        (_, string shown) = HostTool.Run(_shop.Folder, "openssl", "pkey", "-in", "theirs.pem", "-passin", "env:GATEKEEPER_PASSPHRASE", "-text", "-noout");
        string digits = string.Concat(shown[shown.IndexOf("pub:", StringComparison.Ordinal)..].Skip(4).Where(char.IsAsciiHexDigit));
        Assert.Equal(digits, Convert.ToHexStringLower(key.Public.PublicKey.AsSpan()));
    }

    [Fact]
    public void NewKeys_Differ_AndOnlyTheirOwnerReadsThem()
    {
        _shop.Do("key new --out one.pem");
        _shop.Do("key new --out two.pem");
        Assert.NotEqual(File.ReadAllText(_shop.At("one.pub.json")), File.ReadAllText(_shop.At("two.pub.json")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_shop.At("one.pem")));
    }

    [Fact]
    public void WrongPassphrase_IsNeverAKey()
    {
        // Among many wrong passphrases some give padding that looks right; none may give a key or another error.
        using var key = new SigningKey(new byte[32]);
        string fast = key.ToPem(Workshop.Passphrase, iterations: 1);
        for (int i = 0; i < 1000; i++)
        {
            Assert.Null(EncryptedPkcs8.Read(fast, $"guess {i}"));
        }
    }

    [Fact]
    public void NoByteOfTheFile_CanChange_AndGiveTheSameKey()
    {
        using var key = new SigningKey(new byte[32]);
        string pem = key.ToPem(Workshop.Passphrase, iterations: 1);
        byte[] der = Convert.FromBase64String(string.Concat(pem.Split('\n').Where(l => !l.StartsWith('-'))));
        for (int i = 0; i < der.Length; i++)
        {
            byte[] bad = [.. der];
            bad[i] ^= 0x11;
            PrivateKey? other = null;
            try
            {
                other = EncryptedPkcs8.Read(Pem(bad), Workshop.Passphrase);
            }
            catch (FormatException)
            {
                // said so: good
            }

            // A changed byte of the ciphertext may hit the key alone: then it is another key, and its id says so.
            Assert.False(other?.Public.KeyId == key.Public.KeyId, $"byte {i}");
        }
    }

    [Theory]
    [InlineData("RSA", "-algorithm RSA -pkeyopt rsa_keygen_bits:1024 -aes-256-cbc -pass env:GATEKEEPER_PASSPHRASE", "it is an RSA key of 1024 bits, devices take 2048 to 4096")]
    [InlineData("P-521", "-algorithm EC -pkeyopt ec_paramgen_curve:P-521 -aes-256-cbc -pass env:GATEKEEPER_PASSPHRASE", "it is on another curve than P-256 and P-384")]
    [InlineData("explicit", "-algorithm EC -pkeyopt ec_paramgen_curve:P-256 -pkeyopt ec_param_enc:explicit -aes-256-cbc -pass env:GATEKEEPER_PASSPHRASE", "it is on another curve than P-256 and P-384")]
    [InlineData("X25519", "-algorithm X25519 -aes-256-cbc -pass env:GATEKEEPER_PASSPHRASE", "it is a key of a kind that devices do not know (1.3.101.110)")]
    [InlineData("not encrypted", "-algorithm ed25519", "it holds no ENCRYPTED PRIVATE KEY")]
    [InlineData("old cipher", "-algorithm ed25519 -aes-128-cbc -pass env:GATEKEEPER_PASSPHRASE", "expected 2.16.840.1.101.3.4.1.42")]
    public void OtherKeys_AreRefusedInWords(string what, string arguments, string expected)
    {
        (int code, string text) = HostTool.Run(_shop.Folder, "openssl", ["genpkey", .. arguments.Split(' '), "-out", "theirs.pem"]);
        Assert.True(code == 0, what + text);
        ToolException e = Assert.Throws<ToolException>(() => KeyFiles.ReadPrivate(_shop.At("theirs.pem"), 0, Passphrases(Workshop.Passphrase)));
        Assert.Equal(ExitCode.Input, e.Code);
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void PublicKeyFile_WithAnythingAdded_IsRefused()
    {
        string file = _shop.At("alice.pub.json");
        foreach (string text in new[] { File.ReadAllText(file) + "\n", File.ReadAllText(file).Replace(",", ", ", StringComparison.Ordinal), "{}", "", new string('0', 20_000) })
        {
            File.WriteAllText(file, text);
            Assert.Equal(ExitCode.Input, Assert.Throws<ToolException>(() => KeyFiles.ReadPublic(file)).Code);
        }
    }

    [Fact]
    public void Passphrase_FileBeforeEnvironmentBeforePrompt()
    {
        File.WriteAllText(_shop.At("pass.txt"), "from the file\nsecond line\n");
        var console = Console("from the environment", _ => "from the prompt");
        Assert.Equal("from the file", new Passphrases(console, [_shop.At("pass.txt")]).ForKey("k", 0));
        Assert.Equal("from the environment", new Passphrases(console, []).ForKey("k", 0));
        Assert.Equal("from the prompt", new Passphrases(Console(null, _ => "from the prompt"), []).ForKey("k", 0));
    }

    [Fact]
    public void Passphrases_OneFileForEachKey()
    {
        File.WriteAllText(_shop.At("a.txt"), "a");
        File.WriteAllText(_shop.At("b.txt"), "b");
        var two = new Passphrases(Console(null, null), [_shop.At("a.txt"), _shop.At("b.txt")]);
        Assert.Equal("a", two.ForKey("x", 0));
        Assert.Equal("b", two.ForKey("y", 1));
        Assert.Equal(ExitCode.Usage, Assert.Throws<ToolException>(() => two.ForKey("z", 2)).Code);
    }

    [Fact]
    public void TypedPassphrase_IsAskedTwice()
    {
        var answers = new Queue<string>(["correct horse battery", "correct horse batery"]);
        Outcome outcome = _shop.Run("key new --out new.pem", passphrase: null, ask: _ => answers.Dequeue());
        Assert.Equal(ExitCode.Passphrase, outcome.Code);
        Assert.Equal("error: the two passphrases differ", outcome.Error);
        Assert.False(File.Exists(_shop.At("new.pem")));
    }

    private static ToolConsole Console(string? variable, Func<string, string?>? ask) => new()
    {
        Out = TextWriter.Null,
        Error = TextWriter.Null,
        Environment = _ => variable,
        AskSecret = ask,
    };

    private static Passphrases Passphrases(string passphrase) => new(Console(passphrase, null), []);

    private static string Pem(byte[] der) => System.Security.Cryptography.PemEncoding.WriteString("ENCRYPTED PRIVATE KEY", der);
}
