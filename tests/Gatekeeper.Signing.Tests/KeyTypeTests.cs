using System.Text;
using Gatekeeper.Release;
using Gatekeeper.Signing.Keys;
using Gatekeeper.Signing.Metadata;

namespace Gatekeeper.Signing.Tests;

[Collection(CommandLineTests.Name)]
public sealed class KeyTypeTests : IDisposable
{
    private static readonly byte[] Message = Encoding.UTF8.GetBytes("{\"a\":1}");

    private readonly Workshop _shop = new();

    public void Dispose() => _shop.Dispose();

    [Theory]
    [InlineData("ed25519", "ed25519")]
    [InlineData("ecdsa-p256", "ecdsa-sha2-nistp256")]
    [InlineData("ecdsa-p384", "ecdsa-sha2-nistp384")]
    [InlineData("rsa-3072", "rsassa-pss-sha256")]
    [InlineData("rsa-4096", "rsassa-pss-sha256")]
    public void NewKey_OfEachType_SignsWhatADeviceInstalls(string type, string scheme)
    {
        Assert.Contains($"scheme      {scheme}", _shop.Do($"key new --out new.pem --type {type}").Output, StringComparison.Ordinal);
        _shop.Do("root new --out roots --expires 2046-01-01 --role root=new.pub.json:1 targets=new.pub.json:1 snapshot=new.pub.json:1 timestamp=new.pub.json:1 --sign new.pem");
        _shop.Build("a.gku");
        _shop.Do("release sign a.gku --key new.pem");
        Assert.Contains("would install PM200 2.0.0", _shop.Do("verify a.gku --root roots/1.root.json --product PM200 --hardware PM200-C --running 1.0.0").Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ecdsa-p256")]
    [InlineData("ecdsa-p384")]
    [InlineData("rsa-3072")]
    public void NewKey_IsReadByOpenssl_AndItsPemIsTheOneWritten(string type)
    {
        _shop.Do($"key new --out new.pem --type {type}");
        (int code, string pem) = HostTool.Run(_shop.Folder, "openssl", "pkey", "-in", "new.pem", "-passin", "env:GATEKEEPER_PASSPHRASE", "-pubout");
        Assert.True(code == 0, pem);
        Assert.Contains(pem, File.ReadAllText(_shop.At("new.pub.json")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pat.pem", "-sha256", "")]
    [InlineData("quinn.pem", "-sha384", "")]
    [InlineData("rosa.pem", "-sha256", "-sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32 -sigopt rsa_mgf1_md:sha256")]
    public void Signature_IsValidForOpenssl_AndOpensslsForUs(string file, string digest, string options)
    {
        using SigningKey key = KeyFiles.ReadPrivate(_shop.At(file), 0, new Passphrases(new ToolConsole { Out = TextWriter.Null, Error = TextWriter.Null, Environment = _ => Workshop.Passphrase, AskSecret = null }, []));
        File.WriteAllBytes(_shop.At("message"), Message);
        File.WriteAllBytes(_shop.At("signature"), key.Sign(Message));
        File.WriteAllText(_shop.At("public.pem"), ((JsonString)((JsonObject)key.Public.Form["keyval"]!)["public"]!).Value);
        string[] more = options.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        (int code, string text) = HostTool.Run(_shop.Folder, "openssl", ["dgst", digest, "-verify", "public.pem", .. more, "-signature", "signature", "message"]);
        Assert.True(code == 0, text);
        (code, text) = HostTool.Run(_shop.Folder, "openssl", ["dgst", digest, "-sign", file, "-passin", "env:GATEKEEPER_PASSPHRASE", .. more, "-out", "theirs", "message"]);
        Assert.True(code == 0, text);
        ExpectValid(key.Public, File.ReadAllBytes(_shop.At("theirs")));
    }

    [Theory]
    [InlineData("-algorithm EC -pkeyopt ec_paramgen_curve:P-256", "ecdsa-sha2-nistp256")]
    [InlineData("-algorithm EC -pkeyopt ec_paramgen_curve:P-384", "ecdsa-sha2-nistp384")]
    [InlineData("-algorithm RSA -pkeyopt rsa_keygen_bits:2048", "rsassa-pss-sha256")]
    public void KeyThatOpensslMade_Signs(string arguments, string scheme)
    {
        (int code, string text) = HostTool.Run(_shop.Folder, "openssl", ["genpkey", .. arguments.Split(' '), "-aes-256-cbc", "-pass", "env:GATEKEEPER_PASSPHRASE", "-out", "theirs.pem"]);
        Assert.True(code == 0, text);
        using PrivateKey key = EncryptedPkcs8.Read(File.ReadAllText(_shop.At("theirs.pem")), Workshop.Passphrase)!;
        Assert.Equal(scheme, key.Public.Scheme);
        ExpectValid(key.Public, key.Sign(Message));
        Assert.Null(EncryptedPkcs8.Read(File.ReadAllText(_shop.At("theirs.pem")), "another one"));
    }

    // The device's own rule, as every command of the tool asks it.
    private static void ExpectValid(TufKey key, byte[] signature)
    {
        RoleKeys role = new([key], 1);
        Assert.True(new RoleSigning("x", Signed(signature), new KeyNames(), role).IsComplete);
        Assert.Throws<ToolException>(() => new RoleSigning("x", Signed([.. signature, 0]), new KeyNames(), role));

        SignedMetadata Signed(byte[] value) => SignedMetadata.Parse(SignedMetadata.Encode(Message, [new MetadataSignature(key.KeyId, [.. value])]));
    }
}
