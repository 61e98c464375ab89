namespace Gatekeeper.Release.Permits;

/// <summary>What a <c>.gka</c> file brought, verified: a <see cref="SiteApproval"/> or the next <see cref="SiteRoot"/>.</summary>
public abstract class SiteStatement
{
    private protected SiteStatement()
    {
    }
}

/// <summary>Files <c>.gka</c> (FORMAT.md §11).</summary>
public static class SiteFile
{
    /// <summary>Verifies a file. Which of the two it is, is asked only after the site's threshold was met.</summary>
    /// <param name="file">Hostile bytes.</param>
    /// <param name="current">The device's site root.</param>
    /// <exception cref="RefusedException">Class (b) before the threshold was met, class (c) after.</exception>
    public static SiteStatement Verify(ReadOnlySpan<byte> file, SiteRoot current)
    {
        SignedMetadata metadata = Statement.Open(file, Limits.MaxApprovalFileBytes, "site file");
        SignatureRule.RequireThreshold(metadata, current.Keys, "site file"); // both are signed by it
        return metadata.Signed["_type"] is JsonString { Value: SiteRoot.Type } ? SiteRoot.Follow(current, metadata, file) : SiteApproval.Verify(metadata, current);
    }
}
