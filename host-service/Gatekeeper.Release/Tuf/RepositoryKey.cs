using System.Buffers;
using Gatekeeper.Release.Keys;

namespace Gatekeeper.Release.Tuf;

/// <summary>
/// Reads the public key inside a key object of an ordinary repository: the forms of TUF 1.0.34 §4.2.2 as python-tuf, go-tuf, tough and
/// tuf-on-ci write them, and as older versions of them did.
/// <code>
/// ed25519                            64 hex digits
/// ecdsa | ecdsa-sha2-nistp256/384    PEM, or the uncompressed point in hex (go-tuf before 2022)
/// rsa                                PEM
/// </code>
/// A key that cannot be read is no reason to refuse the file: it is like one of an unknown type and never counted.
/// </summary>
internal static class RepositoryKey
{
    /// <summary>The key, or null for one whose signatures cannot be checked here.</summary>
    public static VerificationKey? Decode(string type, string scheme, string publicText)
    {
        try
        {
            return (type, scheme) switch
            {
                ("ed25519", "ed25519") => FromHex(publicText) is byte[] key ? Ed25519Key.Read(key) : null,
                ("ecdsa" or "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256") => Ecdsa(EcdsaCurve.P256, publicText),
                ("ecdsa" or "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp384") => Ecdsa(EcdsaCurve.P384, publicText),
                ("rsa", "rsassa-pss-sha256") => (Pem(publicText) as RsaPssKey)?.WithAnySalt(),
                _ => null,
            };
        }
        catch (RefusedException)
        {
            return null; // a form or a key that the readers of keys refuse
        }
    }

    private static EcdsaKey? Ecdsa(EcdsaCurve curve, string publicText)
    {
        EcdsaKey? key = FromHex(publicText) is byte[] point ? EcdsaKey.Read(curve, point) : Pem(publicText) as EcdsaKey;
        return key?.Curve == curve ? key : null;
    }

    private static VerificationKey Pem(string text) => SubjectPublicKeyInfo.Read(PemKey.Read(text.Replace("\r\n", "\n", StringComparison.Ordinal).Trim()));

    private static byte[]? FromHex(string text)
    {
        byte[] bytes = new byte[text.Length / 2];
        bool isHex = Convert.FromHexString(text, bytes, out _, out int length) == OperationStatus.Done;
        return isHex && length == bytes.Length ? bytes : null;
    }
}
