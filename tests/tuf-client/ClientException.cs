namespace Gatekeeper.TufClient;

/// <summary>What keeps the client from going on and is not a refusal of metadata: a server that does not answer, a file that is not there.</summary>
/// <param name="message">The fact.</param>
/// <param name="hint">The next step.</param>
public sealed class ClientException(string message, string hint) : Exception(message)
{
    /// <summary>The next step.</summary>
    public string Hint { get; } = hint;
}
