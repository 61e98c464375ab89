namespace Gatekeeper.Release;

/// <summary>The one exception that says "the stick, or what is on it, is at fault". Everything else that is thrown is our own mistake.</summary>
/// <param name="code">What was refused. Its sentences stand in <see cref="RefusalCatalogue"/>.</param>
/// <param name="detail">Facts for the audit log: fixed words and numbers, never bytes that came from the stick.</param>
public sealed class RefusedException(Refusal code, string detail) : Exception($"{code}: {detail}")
{
    /// <summary>What was refused.</summary>
    public Refusal Code { get; } = code;

    /// <summary>Facts for the audit log.</summary>
    public string Detail { get; } = detail;
}
