using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using Gatekeeper.Release.Keys;
using Gatekeeper.Vectors;

namespace Gatekeeper.Release.Tests;

/// <summary>
/// C2SP/wycheproof through our verifier: tests/corpora/wycheproof. Keys are read from the files' SubjectPublicKeyInfo, in PEM and in DER,
/// so our own reader is under test as well. "acceptable" answers do not occur in these files; should an update bring one, the test says so.
/// </summary>
public sealed class WycheproofTests
{
    [Theory]
    [InlineData("ed25519", 151)]
    [InlineData("ecdsa_secp256r1_sha256", 484)]
    [InlineData("ecdsa_secp384r1_sha384", 504)]
    [InlineData("rsa_pss_2048_sha256_mgf1_32", 108)]
    [InlineData("rsa_pss_3072_sha256_mgf1_32", 108)]
    [InlineData("rsa_pss_4096_sha256_mgf1_32", 108)]
    public void R_37_EverySignature_HasItsAnswer(string file, int expected)
    {
        var wrong = new List<string>();
        int run = 0;
        foreach (JsonElement group in Groups(file))
        {
            run += RunGroup(group, ReadKey(group), valid => valid, wrong);
        }

        Assert.Empty(wrong);
        Assert.Equal(expected, run);
    }

    [Fact]
    public void R_37_RsaPss_OfAllHashesAndSalts_OneKindIsValid()
    {
        var wrong = new List<string>();
        (int Ours, int Others) run = default;
        foreach (JsonElement group in Groups("rsa_pss_misc"))
        {
            bool applies = (Text(group, "sha"), Text(group, "mgfSha"), group.GetProperty("sLen").GetInt32()) == ("SHA-256", "SHA-256", RsaPssKey.SaltBytes);
            int count = RunGroup(group, ReadKey(group), valid => valid && applies, wrong);
            run = applies ? (run.Ours + count, run.Others) : (run.Ours, run.Others + count);
        }

        Assert.Empty(wrong);
        Assert.Equal((1, 149), run);
    }

    [Fact]
    public void R_37_RsaPss_WithoutSalt_IsNotValid()
    {
        var valid = new List<string>();
        foreach (JsonElement group in Groups("rsa_pss_2048_sha256_mgf1_0"))
        {
            _ = RunGroup(group, ReadKey(group), _ => false, valid);
        }

        // The one that is wrong there because it has a salt of 32 bytes is right here.
        Assert.Equal("69: s_len changed to 32: True", Assert.Single(valid));
    }

    [Fact]
    public void R_71_AKeyThatNamesIdRsassaPss_IsRefused() =>
        Assert.All(Groups("rsa_pss_2048_sha256_mgf1_32_params"), group => Assert.Throws<RefusedException>(() => ReadKey(group)));

    [Fact]
    public void EveryFileKept_IsRunByATest()
    {
        string own = File.ReadAllText(Path.Combine(Repository.Root, "tests", "Gatekeeper.Release.Tests", "WycheproofTests.cs"));
        Assert.All(Directory.GetFiles(Folder, "*.gz"), file => Assert.Contains($"\"{Path.GetFileName(file)[..^"_test.json.gz".Length]}\"", own, StringComparison.Ordinal));
    }

    private static string Folder => Path.Combine(Repository.Root, "tests", "corpora", "wycheproof");

    private static JsonElement.ArrayEnumerator Groups(string file)
    {
        using var stream = new GZipStream(File.OpenRead(Path.Combine(Folder, file + "_test.json.gz")), CompressionMode.Decompress);
        return JsonDocument.Parse(stream).RootElement.GetProperty("testGroups").EnumerateArray();
    }

    private static VerificationKey ReadKey(JsonElement group)
    {
        VerificationKey key = SubjectPublicKeyInfo.Read(PemKey.Read(Text(group, "publicKeyPem")));
        Assert.Equal(key.Parts.AsSpan(), SubjectPublicKeyInfo.Read(Convert.FromHexString(Text(group, "publicKeyDer"))).Parts.AsSpan());
        return key;
    }

    private static int RunGroup(JsonElement group, VerificationKey key, Func<bool, bool> expected, List<string> wrong)
    {
        int run = 0;
        foreach (JsonElement test in group.GetProperty("tests").EnumerateArray())
        {
            bool valid = Text(test, "result") switch { "valid" => true, "invalid" => false, var other => throw new InvalidDataException(other) };
            bool answer = key.Verify(Convert.FromHexString(Text(test, "msg")), Convert.FromHexString(Text(test, "sig")));
            if (answer != expected(valid))
            {
                wrong.Add(string.Create(CultureInfo.InvariantCulture, $"{test.GetProperty("tcId").GetInt32()}: {Text(test, "comment")}: {answer}"));
            }

            run++;
        }

        return run;
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
