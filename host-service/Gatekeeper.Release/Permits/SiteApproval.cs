namespace Gatekeeper.Release.Permits;

/// <summary>What a site says of a release.</summary>
public enum SiteDecision
{
    /// <summary>It may be installed.</summary>
    Approve,

    /// <summary>It may not, whatever was said with a lower sequence.</summary>
    Withdraw,
}

/// <summary>A site's word on one release, verified: only <see cref="Verify(ReadOnlySpan{byte}, SiteRoot)"/> makes one.</summary>
public sealed class SiteApproval : SiteStatement
{
    internal const string Type = "x-gatekeeper-approval";

    internal SiteApproval()
    {
    }

    /// <summary>The product the release is for.</summary>
    public required string Product { get; init; }

    /// <summary>The release's digest, 64 lower-case hex digits.</summary>
    public required string Digest { get; init; }

    /// <summary>What is said of it.</summary>
    public required SiteDecision Decision { get; init; }

    /// <summary>1 to 2^53 - 1. For one digest the highest counts.</summary>
    public required long Sequence { get; init; }

    /// <summary>Verifies a file that holds an approval or a withdrawal.</summary>
    /// <param name="file">Hostile bytes.</param>
    /// <param name="siteRoot">The device's site root.</param>
    /// <exception cref="RefusedException">Class (b) before the threshold was met, class (c) after.</exception>
    public static SiteApproval Verify(ReadOnlySpan<byte> file, SiteRoot siteRoot)
    {
        SignedMetadata metadata = Statement.Open(file, Limits.MaxApprovalFileBytes, "approval");
        SignatureRule.RequireThreshold(metadata, siteRoot.Keys, "approval");
        return Verify(metadata, siteRoot);
    }

    /// <summary>Refuses an approval for another product than the device's.</summary>
    /// <exception cref="RefusedException"><see cref="Refusal.ApprovalOtherProduct"/>.</exception>
    public void RequireProduct(string product)
    {
        if (Product != product)
        {
            throw new RefusedException(Refusal.ApprovalOtherProduct, "approval: for another product");
        }
    }

    // The threshold is met.
    internal static SiteApproval Verify(SignedMetadata metadata, SiteRoot siteRoot)
    {
        SignatureRule.RequireNoOther(metadata, "approval", siteRoot.Keys);
        return Read(metadata.Signed);
    }

    /// <summary>Reads what is signed: a claim.</summary>
    internal static SiteApproval Read(JsonObject signed)
    {
        JsonFields fields = Statement.Fields(signed, Type, "approval", "decision", "digest", "product", "sequence");
        return new SiteApproval
        {
            Product = Statement.Name(fields, "product", Limits.MaxNameChars),
            Digest = fields.Hex("digest", 32),
            Decision = fields.Text("decision") switch
            {
                "approve" => SiteDecision.Approve,
                "withdraw" => SiteDecision.Withdraw,
                _ => throw fields.Bad("decision", "approve or withdraw"), // a third word would come with another format
            },
            Sequence = fields.Integer("sequence", 1, CanonicalJson.MaxInteger),
        };
    }

    /// <summary>The bytes to sign.</summary>
    internal byte[] Encode() => CanonicalJson.Write(new JsonObject(
        [
            .. Statement.Head(Type),
            ("decision", new JsonString(Decision == SiteDecision.Approve ? "approve" : "withdraw")),
            ("digest", new JsonString(Digest)),
            ("product", new JsonString(Product)),
            ("sequence", new JsonInteger(Sequence)),
        ]));
}
