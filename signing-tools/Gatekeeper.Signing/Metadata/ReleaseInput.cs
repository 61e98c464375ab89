using System.Collections.Immutable;
using Gatekeeper.Release;

namespace Gatekeeper.Signing.Metadata;

/// <summary>All that decides the bytes of a release. The same values and the same files give the same bytes: no clock, no random number, no host name.</summary>
internal sealed record ReleaseInput
{
    /// <summary>Product name.</summary>
    internal required string Product { get; init; }

    /// <summary>The version it brings.</summary>
    internal required ReleaseVersion Version { get; init; }

    /// <summary>Channel.</summary>
    internal required string Channel { get; init; }

    /// <summary>Hardware ids, in any order.</summary>
    internal required IReadOnlyList<string> Hardware { get; init; }

    /// <summary>The lowest version it may replace.</summary>
    internal required ReleaseVersion ReplacesFrom { get; init; }

    /// <summary>When it is signed, seconds since 1970-01-01 UTC.</summary>
    internal required long SignedAt { get; init; }

    /// <summary>When its metadata expires, seconds since 1970-01-01 UTC.</summary>
    internal required long Expires { get; init; }

    /// <summary>Version of timestamp, snapshot and targets: higher than that of every release before.</summary>
    internal required long MetadataVersion { get; init; }

    /// <summary>Lines of the release notes.</summary>
    internal required ImmutableArray<string> Notes { get; init; }

    /// <summary>Slot parts and the files of their images, in the order of the release.</summary>
    internal required IReadOnlyList<(string Part, string File)> Parts { get; init; }

    /// <summary>Bytes of a chunk.</summary>
    internal required int ChunkSize { get; init; }

    /// <summary>Bill of materials, or null.</summary>
    internal required byte[]? Sbom { get; init; }

    /// <summary>Builds the release file without signatures.</summary>
    /// <param name="roots">All roots.</param>
    /// <param name="progress">Told the bytes hashed at each step.</param>
    /// <exception cref="ToolException">A device would refuse what these values give.</exception>
    internal ReleaseFile Build(IReadOnlyList<byte[]> roots, Action<long> progress)
    {
        (string Part, ChunkTable Table)[] tables = [.. Parts.Select(p => (p.Part, Hash(p.File, progress)))];
        var document = new ReleaseDocument
        {
            Product = Product,
            Version = Version,
            Channel = Channel,
            Hardware = [.. Hardware.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            ReplacesFrom = ReplacesFrom,
            SignedAt = SignedAt,
            Notes = Notes,
            Payloads = ReleaseFile.PayloadsOf(tables),
            Entries = ReleaseFile.EntriesOf(roots, tables, Sbom),
        };
        byte[] bytes = Encode(document);
        return new ReleaseFile
        {
            Roots = [.. roots],
            Timestamp = Unsigned(new TimestampMetadata(MetadataVersion, Expires, new MetaFile(MetadataVersion)).Encode()),
            Snapshot = (MetadataVersion, Unsigned(new SnapshotMetadata(MetadataVersion, Expires, new MetaFile(MetadataVersion)).Encode())),
            Targets = (MetadataVersion, Unsigned(Targets(bytes).Encode())),
            Release = (GkuNames.ReleaseSuffix, bytes),
            Sbom = Sbom,
            Payloads = [.. tables.Zip(Parts, (t, p) => new PayloadContent(t.Part, t.Table, () => new StoredChunks(p.File, t.Table)))],
        };
    }

    /// <summary>Reads release notes line by line; empty lines at the end do not count.</summary>
    /// <exception cref="ToolException">A character that has no place on a screen, a tab included.</exception>
    internal static ImmutableArray<string> ReadNotes(string file)
    {
        string text = InputFile.ReadText(file, 4 * Limits.MaxNotesChars, "release notes").ReplaceLineEndings("\n").TrimEnd('\n');
        return text.Any(c => char.IsControl(c) && c != '\n')
            ? throw new ToolException(ExitCode.Input, $"{file} holds a control character", "release notes are plain text; use spaces for tabs")
            : [.. text.Split('\n')];
    }

    // Timestamp and snapshot state versions only: hashes of signed files would force an order on the people who sign.
    private static byte[] Unsigned(byte[] signed) => SignedMetadata.Encode(signed, []);

    private TargetsMetadata Targets(byte[] document)
    {
        string hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(document));
        var files = ImmutableDictionary<string, TargetFile>.Empty.Add(GkuNames.ReleaseSuffix, new TargetFile(document.Length, hash));
        return new TargetsMetadata(MetadataVersion, Expires, files);
    }

    // What is written must be readable: the device's own reader has the last word on every value.
    private static byte[] Encode(ReleaseDocument document)
    {
        try
        {
            byte[] bytes = document.Encode();
            ReleaseDocument.Parse(bytes);
            return bytes;
        }
        catch (Exception e) when (e is RefusedException or ArgumentException)
        {
            string why = e is RefusedException refused ? refused.Detail : e.Message;
            throw new ToolException(ExitCode.Usage, $"a device would refuse this release: {why}", "change that value; nothing was written");
        }
    }

    private ChunkTable Hash(string file, Action<long> progress)
    {
        using FileStream image = InputFile.Open(file);
        long before = 0;
        try
        {
            return ChunkTable.Build(image, stored: null, ChunkSize, done =>
            {
                progress(done - before);
                before = done;
            });
        }
        catch (ArgumentException)
        {
            throw new ToolException(ExitCode.Input, $"{file} is empty, or too large for chunks of {ChunkSize} bytes", "give the whole image, or a larger --chunk-size");
        }
    }
}
