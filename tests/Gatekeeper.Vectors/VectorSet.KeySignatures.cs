using System.Text;
using Gatekeeper.Release;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Math;

namespace Gatekeeper.Vectors;

public static partial class VectorSet
{
    private static readonly BigInteger P256Order = new("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16);

    // Each begins with a good signature over what stands there.
    private static IEnumerable<(Vector, Func<byte[]>)> KeySignatures() =>
    [
        Ecdsa("signature_ecdsa_trailing_byte", "a byte behind the signature", s => [.. s, 0]),
        Ecdsa("signature_ecdsa_trailing_inside", "a third integer in the signature", s => Edit(s, (r, t) => Pair(r, t) + "020101")),
        Ecdsa("signature_ecdsa_negative", "r as a negative integer: its leading zero is missing", s => Edit(s, (r, t) => Element("02", Full(r)) + Integer(t)), messageOf: NeedsZero),
        Ecdsa("signature_ecdsa_padded", "r with a zero more than it needs", s => Edit(s, (r, t) => Element("02", "00" + IntegerContent(r)) + Integer(t))),
        Ecdsa("signature_ecdsa_long_length", "a length in two bytes that fits one", s => [s[0], 0x81, .. s[1..]]),
        Ecdsa("signature_ecdsa_zero", "r is zero", s => Edit(s, (_, t) => "020100" + Integer(t))),
        Ecdsa("signature_ecdsa_r_not_reduced", "r is the order", s => Edit(s, (_, t) => Pair(P256Order, t))),
        Ecdsa("signature_ecdsa_s_not_reduced", "s plus the order", s => Edit(s, (r, t) => Pair(r, t.Add(P256Order)))),
        Ecdsa("signature_ecdsa_raw", "r and s without DER around them", s =>
        {
            (BigInteger r, BigInteger t) = Read(s);
            return Convert.FromHexString(Full(r) + Full(t));
        }),
        Ecdsa("signature_ecdsa_wrong", "one bit of s is wrong", s => [.. s[..^1], (byte)(s[^1] ^ 1)]),
        Rsa("signature_rsa_short", "a signature of 255 bytes", s => s[..^1]),
        Rsa("signature_rsa_long", "a signature of 257 bytes", s => [0, .. s]),
        Rsa("signature_rsa_not_reduced", "a signature above the modulus", _ => [.. Enumerable.Repeat((byte)0xFF, 256)]),
        Rsa("signature_rsa_wrong", "one bit of the signature is wrong", s => [.. s[..^1], (byte)(s[^1] ^ 1)]),
        Make(new Vector("signature_rsa_salt", "R-37", Refusal.SignatureMissing, "a good signature with a salt of 20 bytes") { RootAfter = 2 }, f =>
        {
            f.AddRoot("root-1", "root-2").Timestamp = ["rsa"];
            Resign(f.Timestamp);
            f.Timestamp.AfterSigning = t => Prepend(t, RsaTestKey.Only.Id, RsaTestKey.Only.Sign(SignedPart(t), new byte[20]));
        }),
        TwoSpellings("signature_one_key_two_spellings", "one person signs twice, by a key in two PEM spellings"),
        TwoSpellings("signature_one_key_two_spellings_beside_enough", "the same beside two people who signed", "targets-1", "targets-2"),
    ];

    private static (Vector, Func<byte[]>) TwoSpellings(string name, string about, params string[] others) =>
        Make(new Vector(name, "R-34", Refusal.SignatureMissing, about) { RootAfter = 2 }, f =>
        {
            string[] forms = [PemForm(Pem(P256Spki)), PemForm(Pem(P256Spki, lineLength: 76))];
            f.AddRoot("root-1", "root-2").File.BeforeSigning = t => AddKey(AddKey(t, forms[0], "targets"), forms[1], "targets");
            Resign(f.Targets);
            f.Targets.AfterSigning = t =>
            {
                byte[] message = SignedPart(t);
                IEnumerable<(string Id, TestKey Key)> signers = [.. forms.Select(form => (IdOf(form), TestKey.Of("p256.x"))), .. others.Select(o => (TestKey.Of(o).Id, TestKey.Of(o)))];
                return signers.OrderByDescending(s => s.Id, StringComparer.Ordinal).Aggregate(t, (file, signer) => Prepend(file, signer.Id, signer.Key.Sign(message)));
            };
        });

    private static (Vector, Func<byte[]>) Ecdsa(string name, string about, Func<byte[], byte[]> change, Func<byte[], bool>? messageOf = null) =>
        Make(new Vector(name, "R-37", Refusal.SignatureMissing, about) { RootAfter = 2 }, f =>
        {
            f.AddRoot("root-1", "root-2").Timestamp = ["p256.timestamp"];
            Resign(f.Timestamp);
            if (messageOf is not null)
            {
                f.Timestamp.BeforeSigning = t => Enumerable.Range(0, 100).Select(i => t.Set("x-n", $"{i}")).First(m => messageOf(TestKey.Of("p256.timestamp").Sign(Encoding.Latin1.GetBytes(m))));
            }

            f.Timestamp.AfterSigning = t => Prepend(t, TestKey.Of("p256.timestamp").Id, change(TestKey.Of("p256.timestamp").Sign(SignedPart(t))));
        });

    private static (Vector, Func<byte[]>) Rsa(string name, string about, Func<byte[], byte[]> change) =>
        Signed(name, "R-37", Refusal.SignatureMissing, about, "rsa", change);

    private static string Prepend(string file, string keyId, byte[] signature)
    {
        string rest = file["{\"signatures\":[".Length..];
        return $$"""{"signatures":[{"keyid":"{{keyId}}","sig":"{{Convert.ToHexStringLower(signature)}}"}{{(rest[0] == ']' ? "" : ",")}}{{rest}}""";
    }

    // Half of all r have their first bit set and so a zero in front.
    private static bool NeedsZero(byte[] signature) => Read(signature).R.BitLength == 256;

    private static (BigInteger R, BigInteger S) Read(byte[] signature)
    {
        var pair = (Asn1Sequence)Asn1Object.FromByteArray(signature);
        return (((DerInteger)pair[0]).Value, ((DerInteger)pair[1]).Value);
    }

    private static byte[] Edit(byte[] signature, Func<BigInteger, BigInteger, string> content)
    {
        (BigInteger r, BigInteger s) = Read(signature);
        return Convert.FromHexString(Seq(content(r, s)));
    }

    private static string Pair(BigInteger r, BigInteger s) => Integer(r) + Integer(s);

    private static string Integer(BigInteger value) => Element("02", IntegerContent(value));

    private static string IntegerContent(BigInteger value) => Convert.ToHexStringLower(value.ToByteArray());

    private static string Full(BigInteger value) => value.ToString(16).PadLeft(64, '0');
}
