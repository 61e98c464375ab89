using Net.Pkcs11Interop.HighLevelAPI;

namespace Gatekeeper.Signing.Keys.Tokens;

/// <summary>The modules and tokens of one command: each module is loaded once, each token asked for its PIN once. All closed when disposed.</summary>
/// <param name="environment">Reads environment variables.</param>
/// <param name="pins">Where PINs come from.</param>
internal sealed class TokenShelf(Func<string, string?> environment, Pins pins) : IDisposable
{
    private readonly Dictionary<string, TokenModule> _modules = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Module, ulong Slot), Token> _tokens = [];

    /// <summary>The token that a URI means.</summary>
    internal Token Token(TokenUri uri)
    {
        string path = TokenModule.Find(uri, environment);
        if (!_modules.TryGetValue(path, out TokenModule? module))
        {
            _modules.Add(path, module = TokenModule.Load(path));
        }

        ISlot slot = Tokens.Token.Find(module, uri);
        if (!_tokens.TryGetValue((path, slot.SlotId), out Token? token))
        {
            _tokens.Add((path, slot.SlotId), token = Tokens.Token.Open(module, slot, uri, pins));
        }

        return token;
    }

    /// <summary>The one private key that a URI means.</summary>
    /// <exception cref="ToolException">None, several, or one that devices do not know.</exception>
    internal TokenKey Key(TokenUri uri)
    {
        Token token = Token(uri);
        IReadOnlyList<IObjectHandle> found = token.PrivateKeys(uri);
        if (found.Count != 1)
        {
            string all = string.Join(", ", (found.Count == 0 ? token.PrivateKeys(TokenUri.Parse(TokenUri.Scheme)) : found).Take(10).Select(h => TokenKey.NameOf(token, h)));
            throw found.Count == 0
                ? new ToolException(ExitCode.Input, $"the token {token.Label} has no private key that matches {uri}", all.Length == 0 ? "it has none at all: key new --token makes one" : $"it has {all}")
                : new ToolException(ExitCode.Input, $"{found.Count} private keys of the token {token.Label} match {uri}", $"name one by its id: {all}");
        }

        try
        {
            return new TokenKey(token, found[0]);
        }
        catch (FormatException e)
        {
            throw new ToolException(ExitCode.Input, $"the key {TokenKey.NameOf(token, found[0])} of the token {token.Label} is not usable: {e.Message}", "make one with key new --token, or bring its public key into the token with the same id");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Token token in _tokens.Values)
        {
            token.Dispose();
        }

        foreach (TokenModule module in _modules.Values)
        {
            module.Dispose();
        }
    }
}
