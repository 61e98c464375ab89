using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Gatekeeper.Release;

/// <summary>What a device trusts and has confirmed. Pure data; <c>Gatekeeper.Update</c> keeps it. Versions never go down (I08).</summary>
public sealed record TrustState
{
    /// <summary>The trusted root, byte for byte as it was signed.</summary>
    public required ImmutableArray<byte> Root { get; init; }

    /// <summary>Version of <see cref="Root"/>, 1 or more.</summary>
    public required int RootVersion { get; init; }

    /// <summary>Timestamp version of the last confirmed release, 0 before the first.</summary>
    public long TimestampVersion { get; init; }

    /// <summary>Snapshot version of the last confirmed release, 0 before the first.</summary>
    public long SnapshotVersion { get; init; }

    /// <summary>Targets version of the last confirmed release, 0 before the first.</summary>
    public long TargetsVersion { get; init; }

    /// <summary>Delegated roles and their versions, as the snapshot of the last confirmed release listed them (TUF 1.0.34 §5.5.5); null when it listed none. Left out of what is kept while null, so that a device without delegations keeps what it always kept.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableSortedDictionary<string, long>? DelegatedVersions { get; init; }

    /// <summary>The version floor: nothing below it is installed.</summary>
    public ReleaseVersion Floor { get; init; }

    /// <summary>The time ratchet, seconds since 1970-01-01 UTC; 0 before the first release and after a new root.</summary>
    public long Ratchet { get; init; }
}
