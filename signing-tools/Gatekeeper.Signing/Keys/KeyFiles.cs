using Gatekeeper.Release;
using Gatekeeper.Signing.Keys.Lms;

namespace Gatekeeper.Signing.Keys;

/// <summary>Key files: encrypted PKCS#8 PEM for the private key, the TUF key object in canonical JSON for the public one.</summary>
internal static class KeyFiles
{
    private const int MaxKeyBytes = 16 * 1024;

    /// <summary>Where the public key of a private key file lies: <c>a.pem</c> → <c>a.pub.json</c>.</summary>
    internal static string PublicName(string privateFile)
    {
        string stem = privateFile.EndsWith(".pem", StringComparison.Ordinal) ? privateFile[..^4] : privateFile;
        return stem + ".pub.json";
    }

    /// <summary>The public key file's bytes: the key object as it will stand in a root, so that its SHA-256 is the key id.</summary>
    internal static byte[] WritePublic(TufKey key) => CanonicalJson.Write(key.Form);

    /// <summary>Reads a public key file.</summary>
    internal static TufKey ReadPublic(string file)
    {
        byte[] bytes = InputFile.ReadBytes(file, MaxKeyBytes, "a public key file");
        try
        {
            // Canonical JSON and nothing else, so that the file's SHA-256 is the key id.
            TufKey key = TufKey.Read(bytes);
            if (key.IsKnown)
            {
                return key;
            }
        }
        catch (RefusedException)
        {
            // said below: the cause is in the file, and there is one remedy
        }

        throw new ToolException(ExitCode.Input, $"{file} is not a public key file", "give the .pub.json file that key new wrote, unchanged");
    }

    /// <summary>Reads and decrypts a private key with its passphrase, and takes up the count of one that has an index.</summary>
    /// <exception cref="ToolException">No key file, the wrong passphrase, or an index that is not certain.</exception>
    internal static SigningKey ReadPrivate(string file, int index, Passphrases passphrases)
    {
        PrivateKey key = Decrypt(file, index, passphrases);
        if (key is Ed25519LmsPrivateKey tree)
        {
            try
            {
                tree.Attach(LmsIndex.Open(file, tree.Public.KeyId, tree.IndexMacKey, tree.Capacity));
            }
            catch
            {
                tree.Dispose();
                throw;
            }

            if (tree.Left > 0)
            {
                passphrases.Note($"{file} has {tree.Left} signatures left; a copy of it and its index from a backup can use one twice, which gives the key away: production keys belong in an HSM");
            }
        }

        return new SigningKey(key);
    }

    /// <summary>Reads and decrypts a private key. One that has an index does not sign yet.</summary>
    /// <exception cref="ToolException">No key file, or the wrong passphrase.</exception>
    internal static PrivateKey Decrypt(string file, int index, Passphrases passphrases)
    {
        string pem = InputFile.ReadText(file, MaxKeyBytes, "a private key file");
        try
        {
            // What the file is comes before the question for its passphrase.
            EncryptedPkcs8.Check(pem);
            return EncryptedPkcs8.Read(pem, passphrases.ForKey(file, index))
                ?? throw new ToolException(ExitCode.Passphrase, $"wrong passphrase for {file}", "--passphrase-file counts before GATEKEEPER_PASSPHRASE, and that before a prompt; several files go in the order of the keys");
        }
        catch (FormatException e)
        {
            throw new ToolException(ExitCode.Input, $"{file} is not a private key file: {e.Message}", "give the .pem file that key new wrote");
        }
    }
}
