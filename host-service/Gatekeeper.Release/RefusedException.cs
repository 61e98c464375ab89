namespace Gatekeeper.Release;

/// <summary>The one exception that says "the stick, or what is on it, is at fault". Everything else that is thrown is our own mistake.</summary>
/// <param name="code">What was refused. Its sentences stand in <see cref="RefusalCatalogue"/>.</param>
/// <param name="detail">Facts for the audit log: fixed words and numbers, never bytes that came from the stick.</param>
/// <param name="release">For class (c): what the verified metadata says of the release. Null before it was verified.</param>
public sealed class RefusedException(Refusal code, string detail, ReleaseFacts? release = null) : Exception($"{code}: {detail}")
{
    /// <summary>What the verified metadata says of the release, for the sentence on the screen; null before it was verified.</summary>
    public ReleaseFacts? Release { get; } = release;

    /// <summary>What was refused.</summary>
    public Refusal Code { get; } = code;

    /// <summary>Facts for the audit log.</summary>
    public string Detail { get; } = detail;
}

/// <summary>The verified facts of a release that was refused. Only <c>Verifier</c> makes one, after all four roles were verified.</summary>
public sealed record ReleaseFacts
{
    internal ReleaseFacts(string product, ReleaseVersion version, string digest)
    {
        Product = product;
        Version = version;
        Digest = digest;
    }

    /// <summary>Product name.</summary>
    public string Product { get; }

    /// <summary>Version.</summary>
    public ReleaseVersion Version { get; }

    /// <summary>SHA-256 of the release document, lower-case hex.</summary>
    public string Digest { get; }
}
