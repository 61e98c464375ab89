using System.Collections.Immutable;
using System.Security.Cryptography;

namespace Gatekeeper.Release;

/// <summary>
/// Checks everything behind the release document, which prescribes it to the byte (I12): chunk tables, bill of materials, the headers of the payloads, the end.
/// Headers are not parsed here: they are built from the signed document and compared. The payloads' chunks are left to <see cref="ChunkReader"/>.
/// </summary>
internal sealed class ReleaseBody(ReleaseHead head, ReleaseDocument document, ReleaseFacts release)
{
    private readonly ArchiveReader archive = head.Rest!.Continue(Refusal.FileDamaged);
    private readonly Dictionary<string, ChunkTable> tables = [];
    private readonly Dictionary<string, long> payloadOffsets = [];

    public VerifiedRelease Verify(TrustState trust, RoleMetadata roles, bool expired)
    {
        try
        {
            VerifyEntries();
        }
        catch (RefusedException fault) when (fault.Release is null && fault.Code is Refusal.FileDamaged or Refusal.ReleaseMalformed or Refusal.NeedsNewerReader)
        {
            throw new RefusedException(fault.Code, fault.Detail, release);
        }

        return new VerifiedRelease
        {
            Product = document.Product,
            Hardware = document.Hardware,
            Channel = document.Channel,
            Version = document.Version,
            Digest = release.Digest,
            SignedAt = document.SignedAt,
            Notes = string.Join('\n', document.Notes),
            Expired = expired,
            FileLength = archive.Position,
            Payloads = [.. document.Payloads.Select(Payload)],
            TrustAtKeep = AtKeep(trust, roles),
        };
    }

    private void VerifyEntries()
    {
        int roots = document.Entries.TakeWhile(e => e.Name.StartsWith("metadata/", StringComparison.Ordinal)).Count();
        Require(roots == head.Roots.Length, "the roots are not those the release was made with");
        for (int i = 0; i < roots; i++)
        {
            ReleaseEntry entry = document.Entries[i];
            Require(entry.Length == head.Roots[i].Length && entry.Sha256 == Sha256(head.Roots[i].Span), "a root is not the one the release was made with");
        }

        Require(head.FileLength == document.LengthFrom(archive.Position, roots), "the file is not as long as it must be"); // before anything is read
        foreach (ReleaseEntry entry in document.Entries.Skip(roots))
        {
            VerifyEntry(entry);
        }

        Require(!archive.TryReadHeader(out _, out _), "an entry too many");
        archive.ReadEnd();
    }

    private void VerifyEntry(ReleaseEntry entry)
    {
        Span<byte> header = stackalloc byte[UstarHeader.BlockBytes];
        archive.Read(header);
        Require(header.SequenceEqual(UstarHeader.Write(entry.Name, entry.Length)), "a header block is not as prescribed");
        ReleasePayload? table = document.Payloads.FirstOrDefault(p => p.ChunkTable == entry.Name);
        if (entry.Sha256 is null)
        {
            payloadOffsets.Add(entry.Name, archive.Position);
            archive.Skip(entry.Length);
            archive.SkipPadding(entry.Length);
        }
        else if (table is not null)
        {
            byte[] bytes = archive.ReadContent((int)entry.Length);
            Require(Sha256(bytes) == entry.Sha256, "a chunk table is not the signed one"); // before it is parsed
            tables.Add(table.Part, CheckTable(ChunkTable.Parse(bytes), table));
        }
        else
        {
            VerifyHashed(entry);
        }
    }

    private ChunkTable CheckTable(ChunkTable table, ReleasePayload payload)
    {
        long stored = document.Entries.First(e => e.Name == GkuNames.Payload(payload.Part)).Length;
        return table.ImageSize == payload.ImageSize && table.StoredLength == stored
            ? table
            : throw new RefusedException(Refusal.ReleaseMalformed, "a chunk table and the release document state different sizes");
    }

    /// <summary>An entry that is only hashed, never held or parsed: the bill of materials.</summary>
    private void VerifyHashed(ReleaseEntry entry)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[(int)Math.Min(entry.Length, 64 * 1024)];
        for (long left = entry.Length; left > 0;)
        {
            Span<byte> piece = buffer.AsSpan(0, (int)Math.Min(left, buffer.Length));
            archive.Read(piece);
            hash.AppendData(piece);
            left -= piece.Length;
        }

        archive.SkipPadding(entry.Length);
        Require(Hex.Of(hash.GetHashAndReset()) == entry.Sha256, "the bill of materials is not the signed one");
    }

    private VerifiedPayload Payload(ReleasePayload payload)
    {
        ChunkTable table = tables[payload.Part];
        return new VerifiedPayload
        {
            Part = payload.Part,
            ImageSize = table.ImageSize,
            ChunkSize = table.ChunkSize,
            Chunks = table.Chunks,
            StoredLength = table.StoredLength,
            FileOffset = payloadOffsets[GkuNames.Payload(payload.Part)],
        };
    }

    private TrustState AtKeep(TrustState trust, RoleMetadata roles)
    {
        // The ratchet rises by at most 400 days a release, so one wrong date cannot carry it far. From zero there is nothing to measure from.
        long ratchet = trust.Ratchet == 0 ? document.SignedAt : Math.Min(document.SignedAt, trust.Ratchet + Limits.MaxRatchetStep);
        return trust with
        {
            // A release that a permit allows may be older in all of them: nothing falls (I08).
            TimestampVersion = Math.Max(trust.TimestampVersion, roles.Timestamp.Version),
            SnapshotVersion = Math.Max(trust.SnapshotVersion, roles.Snapshot.Version),
            TargetsVersion = Math.Max(trust.TargetsVersion, roles.Targets.Version),
            DelegatedVersions = roles.Rollback is not null ? trust.DelegatedVersions
                : roles.Snapshot.Delegated.IsEmpty ? null
                : roles.Snapshot.Delegated.ToImmutableSortedDictionary(r => r.Key, r => r.Value.Version, StringComparer.Ordinal),
            Floor = document.Version > trust.Floor ? document.Version : trust.Floor,
            Ratchet = Math.Max(trust.Ratchet, ratchet),
        };
    }

    private static void Require(bool good, string what)
    {
        if (!good)
        {
            throw new RefusedException(Refusal.FileDamaged, what);
        }
    }

    private static string Sha256(ReadOnlySpan<byte> bytes) => Hex.Of(SHA256.HashData(bytes));
}
