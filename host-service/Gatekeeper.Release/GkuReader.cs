namespace Gatekeeper.Release;

/// <summary>
/// Reads the head of a <c>.gku</c> or <c>.gkr</c> file (FORMAT.md §3):
/// <code>
/// metadata/1.root.json ... metadata/N.root.json
/// then the end (.gkr), or
/// metadata/timestamp.json  metadata/V.snapshot.json  metadata/V.targets.json  metadata/V.ROLE.json ...  targets/HASH.x.release.json
/// </code>
/// What follows is prescribed by the release document and read by <see cref="Verifier.Accept"/>, once that document was verified.
/// </summary>
public static class GkuReader
{
    /// <summary>Reads roots, timestamp, snapshot, targets and release document into memory, bounded by <see cref="Limits.MaxMetadataTotalBytes"/>. Nothing behind them is read.</summary>
    /// <exception cref="RefusedException"><see cref="Refusal.FileMalformed"/> when not even root 1 is there; and what the source throws.</exception>
    public static ReleaseHead ReadHead(IReleaseSource source)
    {
        var archive = new ArchiveReader(source, Refusal.FileMalformed);
        var head = new ReleaseHead(source.Length);
        if (source.Length > Limits.MaxFileBytes)
        {
            throw archive.Refused("longer than MaxFileBytes");
        }

        try
        {
            ReadEntries(archive, head);
        }
        catch (RefusedException fault) when (fault.Code == Refusal.FileMalformed && head.Roots.Length > 0)
        {
            // The roots that were read vouch for themselves: a revocation works even from a file that was cut off (I08).
            head.Fault = fault;
        }

        return head;
    }

    private static void ReadEntries(ArchiveReader archive, ReleaseHead head)
    {
        int budget = Limits.MaxMetadataTotalBytes;
        string name;
        long length;
        while (archive.TryReadHeader(out name, out length) && name == GkuNames.Root(head.Roots.Length + 1))
        {
            if (head.Roots.Length == Limits.MaxRoots)
            {
                throw archive.Refused("more than MaxRoots roots");
            }

            head.Roots = head.Roots.Add(Content(archive, length, Limits.MaxRootBytes, ref budget));
        }

        if (head.Roots.Length == 0)
        {
            throw archive.Refused("the first entry is not root 1");
        }

        if (name.Length == 0)
        {
            archive.ReadEnd();
            head.RootsOnly = true;
            return;
        }

        RequireName(archive, name == GkuNames.Timestamp);
        head.Timestamp = Content(archive, length, Limits.MaxMetadataBytes, ref budget);
        (head.SnapshotName, head.Snapshot) = Next(archive, "metadata/", ".snapshot.json", ref budget);
        (head.TargetsName, head.Targets) = Next(archive, "metadata/", ".targets.json", ref budget);
        (head.ReleaseName, head.Release) = Next(archive, head, ref budget);
        head.Rest = archive;
    }

    // Delegated roles, if there are any, and then the release document. Which roles must be there follows from the verified ones, in Verifier.
    private static (string Name, ReadOnlyMemory<byte> Bytes) Next(ArchiveReader archive, ReleaseHead head, ref int budget)
    {
        while (true)
        {
            bool entry = archive.TryReadHeader(out string name, out long length);
            bool isRole = entry && name.StartsWith("metadata/", StringComparison.Ordinal);
            bool isRelease = entry && name.StartsWith("targets/", StringComparison.Ordinal) && name.EndsWith(GkuNames.ReleaseSuffix, StringComparison.Ordinal);
            RequireName(archive, isRelease || (isRole && head.Delegated.Count < Limits.MaxDelegatedRoles));
            ReadOnlyMemory<byte> bytes = Content(archive, length, Limits.MaxMetadataBytes, ref budget);
            if (isRelease)
            {
                return (name, bytes);
            }

            head.Delegated.Add((name, bytes));
        }
    }

    // The rest of these names is compared with what the signed metadata says, in Verifier.
    private static (string Name, ReadOnlyMemory<byte> Bytes) Next(ArchiveReader archive, string prefix, string suffix, ref int budget)
    {
        bool entry = archive.TryReadHeader(out string name, out long length);
        RequireName(archive, entry && name.StartsWith(prefix, StringComparison.Ordinal) && name.EndsWith(suffix, StringComparison.Ordinal));
        return (name, Content(archive, length, Limits.MaxMetadataBytes, ref budget));
    }

    private static void RequireName(ArchiveReader archive, bool good)
    {
        if (!good)
        {
            throw archive.Refused("an entry is missing or out of order");
        }
    }

    private static ReadOnlyMemory<byte> Content(ArchiveReader archive, long length, int limit, ref int budget)
    {
        if (length > limit || length > budget)
        {
            throw archive.Refused($"metadata longer than the limit of {limit} bytes, or than what is left of MaxMetadataTotalBytes");
        }

        budget -= (int)length;
        return archive.ReadContent((int)length);
    }
}
