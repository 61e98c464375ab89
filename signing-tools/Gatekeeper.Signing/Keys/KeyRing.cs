namespace Gatekeeper.Signing.Keys;

/// <summary>The private keys of one command, decrypted; erased when disposed.</summary>
internal sealed class KeyRing : IDisposable
{
    private readonly List<(string File, SigningKey Key)> _keys = [];

    /// <summary>The keys in the order of the command line, with the files they came from.</summary>
    internal IReadOnlyList<(string File, SigningKey Key)> Keys => _keys;

    /// <summary>Reads all files, each with its passphrase.</summary>
    internal static KeyRing Read(IReadOnlyList<string> files, Passphrases passphrases)
    {
        var ring = new KeyRing();
        try
        {
            for (int i = 0; i < files.Count; i++)
            {
                ring._keys.Add((files[i], KeyFiles.ReadPrivate(files[i], i, passphrases)));
            }
        }
        catch
        {
            ring.Dispose();
            throw;
        }

        return ring;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach ((_, SigningKey key) in _keys)
        {
            key.Dispose();
        }
    }
}
