namespace Gatekeeper.Update;

/// <summary>The fixed layout of the state partition (STATE.md). Bytes from the partition's start.</summary>
public static class StatePartition
{
    /// <summary>Bytes of each record area: two roots of <c>Limits.MaxMetadataBytes</c> in base64 and the small rest.</summary>
    public const int AreaBytes = 1536 * 1024;

    /// <summary>Where the audit log's head lies.</summary>
    public const long LogHeadOffset = 2L * AreaBytes;

    /// <summary>Where the audit ring lies.</summary>
    public const long LogRingOffset = 4L * 1024 * 1024;

    /// <summary>Bytes of the audit ring.</summary>
    public const long LogRingBytes = 4L * 1024 * 1024;

    /// <summary>The least that the partition must have.</summary>
    public const long MinBytes = LogRingOffset + LogRingBytes;
}
