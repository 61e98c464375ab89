using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Text;

namespace Gatekeeper.Signing.Keys;

/// <summary>
/// A private key as encrypted PKCS#8 (RFC 5958), PBES2 with PBKDF2-HMAC-SHA256 and AES-256-CBC (RFC 8018). openssl reads and writes the same
/// form. Written here, because the framework's own type is in a package this tool does not need otherwise, and reads more ciphers than one.
/// </summary>
internal static class EncryptedPkcs8
{
    /// <summary>PBKDF2 rounds written: OWASP's figure for PBKDF2-HMAC-SHA256.</summary>
    internal const int Iterations = 600_000;

    /// <summary>PBKDF2 rounds read at most: a file that asks for more would hang the tool for minutes.</summary>
    internal const int MaxIterations = 10_000_000;

    private const string Label = "ENCRYPTED PRIVATE KEY";
    private const string Pbes2 = "1.2.840.113549.1.5.13";
    private const string Pbkdf2 = "1.2.840.113549.1.5.12";
    private const string HmacSha256 = "1.2.840.113549.2.9";
    private const string Aes256Cbc = "2.16.840.1.101.3.4.1.42";

    /// <summary>Writes the PEM text, with a new random salt and initialization vector.</summary>
    /// <param name="key">The private key.</param>
    /// <param name="passphrase">Its passphrase.</param>
    /// <param name="iterations">Fewer only where nothing is guarded: in tests that read hundreds of keys.</param>
    internal static string Write(PrivateKey key, string passphrase, int iterations = Iterations)
    {
        byte[] salt = RandomNumberGenerator.GetBytes(16);
        byte[] iv = RandomNumberGenerator.GetBytes(16);
        byte[] inner = key.ToPkcs8();
        byte[] secret = DeriveKey(passphrase, salt, iterations);
        try
        {
            using Aes aes = Aes.Create();
            aes.Key = secret;
            return PemEncoding.WriteString(Label, WriteOuter(salt, iterations, iv, aes.EncryptCbc(inner, iv))) + "\n";
        }
        finally
        {
            CryptographicOperations.ZeroMemory(inner);
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    /// <summary>Checks that the text is a PEM of the right label, without a passphrase.</summary>
    /// <exception cref="FormatException">It is not.</exception>
    internal static void Check(string pem) => Find(pem);

    /// <summary>Reads the PEM text.</summary>
    /// <returns>The private key, or null when the passphrase does not fit.</returns>
    /// <exception cref="FormatException">Not PEM, not encrypted, another algorithm or kind of key, or malformed.</exception>
    internal static PrivateKey? Read(string pem, string passphrase)
    {
        PemFields fields = Find(pem);
        try
        {
            return ReadOuter(Convert.FromBase64String(pem[fields.Base64Data]), passphrase);
        }
        catch (AsnContentException)
        {
            throw new FormatException("its structure is broken");
        }
    }

    private static PemFields Find(string pem) =>
        PemEncoding.TryFind(pem, out PemFields fields) && pem.AsSpan()[fields.Label].SequenceEqual(Label)
            ? fields
            : throw new FormatException("it holds no " + Label);

    private static byte[] WriteOuter(byte[] salt, int iterations, byte[] iv, byte[] encrypted)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(Pbes2);
                using (writer.PushSequence())
                {
                    WriteDerivation(writer, salt, iterations);
                    using (writer.PushSequence())
                    {
                        writer.WriteObjectIdentifier(Aes256Cbc);
                        writer.WriteOctetString(iv);
                    }
                }
            }

            writer.WriteOctetString(encrypted);
        }

        return writer.Encode();
    }

    private static void WriteDerivation(AsnWriter writer, byte[] salt, int iterations)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(Pbkdf2);
            using (writer.PushSequence())
            {
                writer.WriteOctetString(salt);
                writer.WriteInteger(iterations);
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier(HmacSha256);
                    writer.WriteNull();
                }
            }
        }
    }

    // Every member is read and nothing may be left over: what this file can say has one meaning.
    private static PrivateKey? ReadOuter(byte[] der, string passphrase)
    {
        var file = new AsnReader(der, AsnEncodingRules.DER);
        AsnReader info = file.ReadSequence();
        file.ThrowIfNotEmpty();
        AsnReader algorithm = info.ReadSequence();
        byte[] encrypted = info.ReadOctetString();
        info.ThrowIfNotEmpty();
        Expect(algorithm, Pbes2);
        AsnReader parameters = algorithm.ReadSequence();
        algorithm.ThrowIfNotEmpty();
        AsnReader derivation = parameters.ReadSequence();
        AsnReader cipher = parameters.ReadSequence();
        parameters.ThrowIfNotEmpty();
        (byte[] salt, int iterations) = ReadDerivation(derivation);
        Expect(cipher, Aes256Cbc);
        byte[] iv = cipher.ReadOctetString();
        cipher.ThrowIfNotEmpty();
        return iv.Length == 16
            ? Decrypt(encrypted, iv, DeriveKey(passphrase, salt, iterations))
            : throw new FormatException("its initialization vector is not 16 bytes");
    }

    private static (byte[] Salt, int Iterations) ReadDerivation(AsnReader derivation)
    {
        Expect(derivation, Pbkdf2);
        AsnReader rounds = derivation.ReadSequence();
        derivation.ThrowIfNotEmpty();
        byte[] salt = rounds.ReadOctetString();
        if (!rounds.TryReadInt32(out int iterations) || iterations < 1 || iterations > MaxIterations)
        {
            throw new FormatException("its PBKDF2 rounds are outside 1 to 10,000,000");
        }

        if (rounds.PeekTag().HasSameClassAndValue(Asn1Tag.Integer) && (!rounds.TryReadInt32(out int keyLength) || keyLength != 32))
        {
            throw new FormatException("its key length is not that of AES-256"); // RFC 8018 A.2: optional
        }

        AsnReader function = rounds.ReadSequence();
        rounds.ThrowIfNotEmpty();
        Expect(function, HmacSha256);
        function.ReadNull();
        function.ThrowIfNotEmpty();
        return (salt, iterations);
    }

    private static PrivateKey? Decrypt(byte[] encrypted, byte[] iv, byte[] secret)
    {
        using Aes aes = Aes.Create();
        aes.Key = secret;
        CryptographicOperations.ZeroMemory(secret);
        byte[] inner;
        try
        {
            inner = aes.DecryptCbc(encrypted, iv);
        }
        catch (CryptographicException)
        {
            return null;
        }

        try
        {
            return PrivateKey.Read(inner);
        }
        catch (AsnContentException)
        {
            // One wrong passphrase in 256 leaves padding that looks right: what is inside then is noise.
            return null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(inner);
        }
    }

    private static byte[] DeriveKey(string passphrase, byte[] salt, int iterations)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(passphrase);
        try
        {
            return Rfc2898DeriveBytes.Pbkdf2(bytes, salt, iterations, HashAlgorithmName.SHA256, 32);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    private static void Expect(AsnReader reader, string algorithm)
    {
        string found = reader.ReadObjectIdentifier();
        if (found != algorithm)
        {
            throw new FormatException($"it uses algorithm {found}, expected {algorithm}");
        }
    }
}
