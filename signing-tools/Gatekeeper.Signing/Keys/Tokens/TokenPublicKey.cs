using System.Formats.Asn1;
using System.Numerics;
using Gatekeeper.Release;
using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;

namespace Gatekeeper.Signing.Keys.Tokens;

/// <summary>The curves and kinds of keys that devices know, as a token names them.</summary>
internal enum TokenKeyKind
{
    /// <summary>RSA for RSASSA-PSS with SHA-256.</summary>
    Rsa,

    /// <summary>ECDSA on P-256 with SHA-256.</summary>
    P256,

    /// <summary>ECDSA on P-384 with SHA-384.</summary>
    P384,

    /// <summary>Ed25519.</summary>
    Ed25519,
}

/// <summary>Reads the public half of a key in a token. What it gives is checked by the same rules as a key in a root: a token's answer is a claim.</summary>
internal static class TokenPublicKey
{
    /// <summary>CKK_EC_EDWARDS (PKCS#11 3.0 §2.3.5), which the package's list does not have.</summary>
    internal const ulong CkkEcEdwards = 0x40;

    /// <summary>namedCurve P-256, DER (RFC 5480 §2.1.1.1): what CKA_EC_PARAMS holds.</summary>
    internal static readonly byte[] P256 = Convert.FromHexString("06082A8648CE3D030107");

    /// <summary>namedCurve P-384.</summary>
    internal static readonly byte[] P384 = Convert.FromHexString("06052B81040022");

    /// <summary>id-Ed25519 (RFC 8410 §3).</summary>
    internal static readonly byte[] Ed25519 = Convert.FromHexString("06032B6570");

    // PKCS#11 3.0 §2.3.10 also takes the curve's name, and older modules a number of GnuPG's.
    private static readonly byte[][] Ed25519Names = [Ed25519, [0x13, 12, .. "edwards25519"u8], Convert.FromHexString("06092B06010401DA470F01")];

    /// <summary>Reads the public key that goes with a private one: same CKA_ID, same kind.</summary>
    /// <exception cref="FormatException">There is none, there are several, or devices do not know its kind.</exception>
    internal static (TokenKeyKind Kind, TufKey Key) Read(Token token, IObjectHandle privateKey)
    {
        ulong type = Number(token.Read(privateKey, CKA.CKA_KEY_TYPE));
        List<IObjectHandle> partners = Partners(token, privateKey);
        List<IObjectHandle> holders = partners.Count > 0 ? partners : [privateKey]; // RSA's private keys show both numbers
        try
        {
            switch (type)
            {
                case (ulong)CKK.CKK_RSA:
                    return (TokenKeyKind.Rsa, TufKey.RsaPss(Pkcs1(One(token, holders, CKA.CKA_MODULUS), One(token, holders, CKA.CKA_PUBLIC_EXPONENT))));
                case (ulong)CKK.CKK_EC:
                    byte[] curve = One(token, holders, CKA.CKA_EC_PARAMS);
                    byte[] point = One(token, holders, CKA.CKA_EC_POINT);
                    return curve.AsSpan().SequenceEqual(P256) ? (TokenKeyKind.P256, TufKey.EcdsaP256(Unwrap(point, 65)))
                        : curve.AsSpan().SequenceEqual(P384) ? (TokenKeyKind.P384, TufKey.EcdsaP384(Unwrap(point, 97)))
                        : throw new FormatException("it is on another curve than P-256 and P-384");
                case CkkEcEdwards:
                    byte[] edwards = One(token, holders, CKA.CKA_EC_PARAMS);
                    return Ed25519Names.Any(n => n.AsSpan().SequenceEqual(edwards))
                        ? (TokenKeyKind.Ed25519, TufKey.Ed25519(Unwrap(One(token, holders, CKA.CKA_EC_POINT), 32)))
                        : throw new FormatException("it is on another Edwards curve than edwards25519");
                default:
                    throw new FormatException($"it is a key of a kind that devices do not know (CKK {type:x})");
            }
        }
        catch (ArgumentException e)
        {
            throw new FormatException("devices refuse this key: " + e.Message.Split(" (Parameter", 2)[0]);
        }
    }

    /// <summary>A CK_ULONG.</summary>
    internal static ulong Number(byte[]? bytes) => bytes is { Length: 8 } ? BitConverter.ToUInt64(bytes) : throw new FormatException("the token does not say what kind of key it is");

    private static List<IObjectHandle> Partners(Token token, IObjectHandle privateKey)
    {
        byte[]? id = token.Read(privateKey, CKA.CKA_ID);
        return id is { Length: > 0 }
            ? TokenFault.Say(token.Label, "looking for a public key", () => token.Session.FindAllObjects(
            [
                token.Make.ObjectAttributeFactory.Create(CKA.CKA_CLASS, CKO.CKO_PUBLIC_KEY),
                token.Make.ObjectAttributeFactory.Create(CKA.CKA_KEY_TYPE, Number(token.Read(privateKey, CKA.CKA_KEY_TYPE))),
                token.Make.ObjectAttributeFactory.Create(CKA.CKA_ID, id),
            ]))
            : [];
    }

    // Where several public keys have the id and differ, nobody knows which one is right.
    private static byte[] One(Token token, List<IObjectHandle> holders, CKA attribute)
    {
        byte[][] found = [.. holders.Select(h => token.Read(h, attribute)).OfType<byte[]>().Where(b => b.Length > 0)];
        return found.Length == 0 ? throw new FormatException("the token holds no public key with its id")
            : found.All(f => f.AsSpan().SequenceEqual(found[0])) ? found[0]
            : throw new FormatException("the token holds several public keys with its id");
    }

    // PKCS#11 2.20 §12.3.3: the point is inside a DER OCTET STRING. Some modules leave that away; the lengths tell.
    private static byte[] Unwrap(byte[] point, int length) =>
        point.Length == length ? point
        : point.Length == length + 2 && point[0] == 4 && point[1] == length ? point[2..]
        : throw new FormatException("its point has another length than its curve says");

    private static byte[] Pkcs1(byte[] modulus, byte[] exponent)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(new BigInteger(modulus, isUnsigned: true, isBigEndian: true));
            writer.WriteInteger(new BigInteger(exponent, isUnsigned: true, isBigEndian: true));
        }

        return writer.Encode();
    }
}
