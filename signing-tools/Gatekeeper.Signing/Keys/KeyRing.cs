using Gatekeeper.Signing.Keys.Tokens;

namespace Gatekeeper.Signing.Keys;

/// <summary>The keys of one command: private keys from files, decrypted, and keys in tokens. Erased and closed when disposed.</summary>
internal sealed class KeyRing : IDisposable
{
    private readonly List<(string File, SigningKey Key)> _keys = [];
    private TokenShelf? _tokens;

    /// <summary>The keys in the order of the command line, with the files or URIs they came from.</summary>
    internal IReadOnlyList<(string File, SigningKey Key)> Keys => _keys;

    /// <summary>Reads all files, each with its passphrase, and finds all keys that <c>pkcs11:</c> URIs name.</summary>
    internal static KeyRing Read(IReadOnlyList<string> names, Passphrases passphrases)
    {
        var ring = new KeyRing();
        int files = 0;
        try
        {
            foreach (string name in names)
            {
                ring._keys.Add((name, TokenUri.Is(name)
                    ? new SigningKey((ring._tokens ??= passphrases.OpenTokens()).Key(TokenUri.Parse(name)))
                    : KeyFiles.ReadPrivate(name, files++, passphrases)));
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

        _tokens?.Dispose();
    }
}
