using System.Collections.Immutable;

namespace Gatekeeper.Release;

/// <summary>The head of a release file as it was read: roots and metadata in memory, all of it claims. Made by <see cref="GkuReader.ReadHead"/>, judged by <see cref="Verifier"/>.</summary>
public sealed class ReleaseHead
{
    internal ReleaseHead(long fileLength) => FileLength = fileLength;

    /// <summary>Bytes of the whole file, as its source says.</summary>
    public long FileLength { get; }

    /// <summary>The bytes of roots 1, 2, 3, ...; at least one.</summary>
    public ImmutableArray<ReadOnlyMemory<byte>> Roots { get; internal set; } = [];

    /// <summary>True for a file of roots only (<c>.gkr</c>), which brings no release.</summary>
    public bool RootsOnly { get; internal set; }

    /// <summary>What is wrong with the file behind its roots, or null. The roots count all the same (I08); <see cref="Verifier.Accept"/> throws it.</summary>
    public RefusedException? Fault { get; internal set; }

    /// <summary>The bytes of <c>timestamp.json</c>.</summary>
    public ReadOnlyMemory<byte> Timestamp { get; internal set; }

    /// <summary>The bytes of <c>V.snapshot.json</c>.</summary>
    public ReadOnlyMemory<byte> Snapshot { get; internal set; }

    /// <summary>The bytes of <c>V.targets.json</c>.</summary>
    public ReadOnlyMemory<byte> Targets { get; internal set; }

    /// <summary>Entry names and bytes of the delegated roles, in the order of the file.</summary>
    internal List<(string Name, ReadOnlyMemory<byte> Bytes)> Delegated { get; } = [];

    /// <summary>The bytes of the release document.</summary>
    public ReadOnlyMemory<byte> Release { get; internal set; }

    internal string SnapshotName { get; set; } = "";

    internal string TargetsName { get; set; } = "";

    internal string ReleaseName { get; set; } = "";

    /// <summary>Stands where the release document's entry ends and what it prescribes begins.</summary>
    internal ArchiveReader? Rest { get; set; }
}
