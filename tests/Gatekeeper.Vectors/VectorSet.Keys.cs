using System.Text;
using Gatekeeper.Release;
using Org.BouncyCastle.Math;

namespace Gatekeeper.Vectors;

public static partial class VectorSet
{
    private const string P256Scheme = "ecdsa-sha2-nistp256";

    // What OpenSSL writes for P-256 with -param_enc explicit: ECParameters of X9.62 with prime, a, b, seed, base point, order, cofactor.
    private const string ExplicitP256 =
        "3081f7020101302c06072a8648ce3d0101022100ffffffff00000001000000000000000000000000ffffffffffffffffffffffff305b0420ffffffff00000001000000000000000000000000fffffffffffffffffffffffc0420"
        + "5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b031500c49d360886e704936a6678e1139d26b7819f7e900441046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
        + "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5022100ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551020101";

    // 30 59 30 13: the identifier of P-256 and its point; see SubjectPublicKeyInfo in the reader.
    private static readonly string P256Spki = Spki("301306072a8648ce3d020106082a8648ce3d030107", TestKey.Of("p256.x").PublicHex);

    private static IEnumerable<(Vector, Func<byte[]>)> Keys() =>
    [
        Signed("good_key_ecdsa_p256", "R-72", null, "the timestamp is signed with ECDSA on P-256", "p256.timestamp"),
        Signed("good_key_ecdsa_p384", "R-72", null, "the timestamp is signed with ECDSA on P-384", "p384.timestamp"),
        Signed("good_key_rsa", "R-73", null, "the timestamp is signed with RSA", "rsa"),
        Make(new Vector("good_key_types_mixed", "R-34", null, "two people of three, each with a key of another type") { RootAfter = 2 }, f =>
        {
            f.AddRoot("root-1", "root-2").Targets = ["targets-1", "p256.targets", "rsa"];
            Resign(f.Targets, "p256.targets", "rsa");
        }),
        Make(new Vector("good_key_type_of_older_tools", "R-71", null, "a key type that older tools wrote, of a key that signs") { RootAfter = 2 }, f =>
        {
            string form = PemForm(Pem(P256Spki), P256Scheme, P256Scheme);
            f.AddRoot("root-1", "root-2").File.BeforeSigning = t => AddKey(t, form, "timestamp");
            f.Timestamp.AfterSigning = t => AddSignature(t, IdOf(form), Convert.ToHexStringLower(TestKey.Of("p256.x").Sign(SignedPart(t))));
        }),
        Make(new Vector("good_key_p521_not_counted", "R-33", null, "a key on P-521, a scheme that is not known here") { RootAfter = 2 }, f =>
            f.AddRoot("root-1", "root-2").File.BeforeSigning = t => AddKey(t, PemForm("anything", "ecdsa", "ecdsa-sha2-nistp521"), "timestamp")),
        InRoot("key_p521_only", "R-36", Refusal.RootUnusable, "the timestamp role has only a key on P-521", t =>
            AddKey(t, PemForm("anything", "ecdsa", "ecdsa-sha2-nistp521"), "timestamp").Swap($",\"{TestKey.Of("timestamp-1").Id}\"],", "],")),
        InRoot("key_two_pem_spellings", "R-34", Bad, "a threshold of 2 and one key in two PEM spellings", t =>
            AddTwo(t, PemForm(Pem(P256Spki)), PemForm(Pem(P256Spki, lineLength: 76)))),
        InRoot("key_pem_with_and_without_line_end", "R-34", Bad, "a threshold of 2 and one key with and without a line end", t =>
            AddTwo(t, PemForm(Pem(P256Spki)), PemForm(Pem(P256Spki).TrimEnd('\n')))),
        InRoot("key_two_type_names", "R-34", Bad, "a threshold of 2 and one key under both names of its type", t =>
            AddTwo(t, PemForm(Pem(P256Spki)), PemForm(Pem(P256Spki), P256Scheme, P256Scheme))),
        InRoot("key_rsa_two_exponents", "R-34", Bad, "a threshold of 2 and one RSA modulus with two exponents", t =>
            AddTwo(t, RsaForm(RsaTestKey.Only.Modulus, 65537), RsaForm(RsaTestKey.Only.Modulus, 65539))),
        InRoot("key_pem_crlf", "R-14", Bad, "a PEM with other line ends", t => AddKey(t, PemForm(Pem(P256Spki)), "timestamp").Swap("PUBLIC KEY-----\n", "PUBLIC KEY-----\r\n")),
        .. Make(
            "R-70",
            ("key_pem_text_before", "a line before the PEM", t => "key\n" + t),
            ("key_pem_text_behind", "a line behind the PEM", t => t + "\n"),
            ("key_pem_empty_line", "an empty line in the PEM", t => t.Swap("KEY-----\nM", "KEY-----\n\nM")),
            ("key_pem_header", "a header in the PEM", t => t.Swap("BEGIN PUBLIC KEY-----\n", "BEGIN PUBLIC KEY-----\nComment: x\n")),
            ("key_pem_label", "a PEM with the label of a certificate", t => t.Replace("PUBLIC KEY", "CERTIFICATE", StringComparison.Ordinal)),
            ("key_pem_too_long", "a PEM longer than the limit", t => t.Swap("KEY-----\nM", $"KEY-----\n{new string('A', 2048)}M")),
            ("key_pem_padding", "a PEM without its padding", t => t.Swap("==", "")),
            ("key_pem_bits_left_over", "a PEM with a bit set behind the last byte", t => t.Swap("g==", "h==")),
            ("key_pem_rsa_label", "a PEM with the label of PKCS #1", t => t.Replace("PUBLIC KEY", "RSA PUBLIC KEY", StringComparison.Ordinal))),
        .. Make(
            "R-71",
            ("key_spki_trailing_byte", "a byte behind the key", _ => Pem(P256Spki + "00")),
            ("key_spki_trailing_inside", "a byte behind the bit string, inside", _ => Pem(Seq("301306072a8648ce3d020106082a8648ce3d030107" + Bits(TestKey.Of("p256.x").PublicHex) + "0500"))),
            ("key_spki_long_length", "a length in two bytes that fits one", _ => Pem("3081" + P256Spki[2..])),
            ("key_spki_indefinite_length", "a length that is not stated", _ => Pem("3080" + P256Spki[4..] + "0000")),
            ("key_spki_unused_bits", "a bit string with unused bits", _ => Pem(P256Spki.Replace("034200", "034201", StringComparison.Ordinal))),
            ("key_spki_explicit_curve", "P-256 spelled out as explicit parameters", _ => Pem(Spki(Seq("06072a8648ce3d0201" + ExplicitP256), TestKey.Of("p256.x").PublicHex))),
            ("key_spki_binary_curve", "a curve over a binary field", _ => Pem(Spki("301006072a8648ce3d020106052b8104000f", TestKey.Of("p256.x").PublicHex))),
            ("key_spki_no_curve", "no curve named", _ => Pem(Spki("300906072a8648ce3d0201", TestKey.Of("p256.x").PublicHex))),
            ("key_spki_curve_and_more", "parameters behind the curve", _ => Pem(Spki("301506072a8648ce3d020106082a8648ce3d0301070500", TestKey.Of("p256.x").PublicHex))),
            ("key_spki_other_curve", "P-384 under the scheme of P-256", _ => Pem(Spki("301006072a8648ce3d020106052b81040022", TestKey.Of("p384.x").PublicHex))),
            ("key_spki_ed25519", "an Ed25519 key under the scheme of P-256", _ => Pem(Spki("300506032b6570", TestKey.Of("x").PublicHex)))),
        .. Make(
            "R-72",
            ("key_point_compressed", "a compressed point", _ => Pem(Point("02" + TestKey.Of("p256.x").PublicHex[2..66]))),
            ("key_point_hybrid", "a point in hybrid form", _ => Pem(Point("06" + TestKey.Of("p256.x").PublicHex[2..]))),
            ("key_point_short", "a point one byte short", _ => Pem(Point(TestKey.Of("p256.x").PublicHex[..^2]))),
            ("key_point_infinity", "the point at infinity", _ => Pem(Point("00"))),
            ("key_point_off_curve", "a point beside the curve", _ => Pem(Point(Flip(TestKey.Of("p256.x").PublicHex, 40)))),
            ("key_point_x_not_reduced", "x plus the prime, for the point with x = 5", _ => Pem(Point("04ffffffff00000001000000000000000000000001000000000000000000000004" + "459243b9aa581806fe913bce99817ade11ca503c64d9a3c533415c083248fbcc")))),
        Rsa("key_rsa_1024", "a modulus of 1024 bits", RsaTestKey.Only.Modulus.ShiftRight(1024).SetBit(0), 65537),
        Rsa("key_rsa_8192", "a modulus of 8192 bits", RsaTestKey.Only.Modulus.Pow(4).SetBit(8191), 65537),
        Rsa("key_rsa_2049", "a modulus of 2049 bits", RsaTestKey.Only.Modulus.ShiftLeft(1).SetBit(0), 65537),
        Rsa("key_rsa_even_modulus", "an even modulus", RsaTestKey.Only.Modulus.ClearBit(0), 65537),
        Rsa("key_rsa_small_factor", "a modulus with the factor 751", SmallFactor(), 65537),
        Rsa("key_rsa_exponent_1", "exponent 1: everything is its own signature", RsaTestKey.Only.Modulus, 1),
        Rsa("key_rsa_exponent_3", "exponent 3", RsaTestKey.Only.Modulus, 3),
        Rsa("key_rsa_exponent_even", "an even exponent", RsaTestKey.Only.Modulus, 65538),
        Rsa("key_rsa_exponent_huge", "exponent 2^32 + 1", RsaTestKey.Only.Modulus, 4_294_967_297),
        InRoot("key_rsa_negative_modulus", "R-73", Bad, "a modulus whose first bit makes it negative", t => AddKey(t, PemForm(Pem(Spki(
            "300d06092a864886f70d0101010500",
            Seq("02820100" + RsaTestKey.Only.Modulus.ToString(16) + "0203010001"))), "rsa", "rsassa-pss-sha256"), "timestamp")),
    ];

    /// <summary>A file whose timestamp is signed by the key of this name alone, which root 2 brings.</summary>
    private static (Vector, Func<byte[]>) Signed(string name, string rule, Refusal? expect, string about, string key, Func<byte[], byte[]>? signature = null) =>
        Make(new Vector(name, rule, expect, about) { RootAfter = 2 }, f =>
        {
            f.AddRoot("root-1", "root-2").Timestamp = [key];
            Resign(f.Timestamp);
            f.Timestamp.AfterSigning = t =>
            {
                byte[] good = TestKey.Of(key).Sign(SignedPart(t));
                return Prepend(t, TestKey.Of(key).Id, signature?.Invoke(good) ?? good);
            };
        });

    private static IEnumerable<(Vector, Func<byte[]>)> Make(string rule, params (string Name, string About, Func<string, string> Pem)[] keys) =>
        keys.Select(k => InRoot(k.Name, rule, Bad, k.About, t => AddKey(t, PemForm(k.Pem(Pem(P256Spki))), "timestamp")));

    private static (Vector, Func<byte[]>) Rsa(string name, string about, BigInteger modulus, long exponent) =>
        InRoot(name, "R-73", Bad, about, t => AddKey(t, RsaForm(modulus, exponent), "timestamp"));

    private static string RsaForm(BigInteger modulus, long exponent) =>
        PemForm(Pem(Spki("300d06092a864886f70d0101010500", Convert.ToHexStringLower(RsaTestKey.Pkcs1(modulus, BigInteger.ValueOf(exponent))))), "rsa", "rsassa-pss-sha256");

    private static BigInteger SmallFactor() =>
        RsaTestKey.Only.Modulus.Divide(BigInteger.ValueOf(751)).SetBit(0).Multiply(BigInteger.ValueOf(751));

    /// <summary>Two keys more in the timestamp role, which then takes two people.</summary>
    private static string AddTwo(string root, string first, string second) =>
        AddKey(AddKey(root, first, "timestamp"), second, "timestamp").Swap($",\"{TestKey.Of("timestamp-1").Id}\"],", "],").Set("roles/timestamp/threshold", "2");

    private static string PemForm(string pem, string type = "ecdsa", string scheme = P256Scheme) =>
        $$"""{"keytype":"{{type}}","keyval":{"public":"{{pem}}"},"scheme":"{{scheme}}"}""";

    private static string Pem(string derHex, int lineLength = 64) =>
        $"-----BEGIN PUBLIC KEY-----\n{string.Join('\n', Convert.ToBase64String(Convert.FromHexString(derHex)).Chunk(lineLength).Select(c => new string(c)))}\n-----END PUBLIC KEY-----\n";

    private static string Point(string hex) => Spki("301306072a8648ce3d020106082a8648ce3d030107", hex);

    private static string Spki(string algorithm, string key) => Seq(algorithm + Bits(key));

    private static string Bits(string hex) => Element("03", "00" + hex);

    private static string Seq(string hex) => Element("30", hex);

    private static string Element(string tag, string hex) => (hex.Length / 2) switch
    {
        < 0x80 => $"{tag}{hex.Length / 2:x2}{hex}",
        < 0x100 => $"{tag}81{hex.Length / 2:x2}{hex}",
        _ => $"{tag}82{hex.Length / 2:x4}{hex}",
    };

    private static byte[] SignedPart(string file) => Encoding.Latin1.GetBytes(file[(file.IndexOf(",\"signed\":", StringComparison.Ordinal) + 10)..^1]);
}
