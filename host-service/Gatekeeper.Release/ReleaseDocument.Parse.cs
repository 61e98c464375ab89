using System.Collections.Immutable;
using System.Globalization;

namespace Gatekeeper.Release;

public sealed partial record ReleaseDocument
{
    private const Refusal Malformed = Refusal.ReleaseMalformed;
    private const long MaxTime = 253_402_300_799; // 9999-12-31T23:59:59Z

    private static readonly string[] Known =
        ["channel", "critical", "entries", "format", "hardware", "min_reader", "notes", "payloads", "product", "replaces_from", "signed_at", "version"];

    /// <summary>Reads a document whose hash was compared with a signed one.</summary>
    /// <exception cref="RefusedException"><see cref="Refusal.NeedsNewerReader"/>, or <see cref="Refusal.ReleaseMalformed"/>.</exception>
    public static ReleaseDocument Parse(ReadOnlySpan<byte> bytes)
    {
        JsonFields release = JsonFields.Of(CanonicalJson.Parse(bytes, Malformed), "release", Malformed);
        RequireReader(release);
        var document = new ReleaseDocument
        {
            Product = Name(release, "product", release.Text("product")),
            Version = VersionOf(release, "version"),
            Channel = Name(release, "channel", release.Text("channel")),
            Hardware = [.. release.Texts("hardware").Select(h => Name(release, "hardware", h))],
            ReplacesFrom = VersionOf(release, "replaces_from"),
            SignedAt = release.Integer("signed_at", 0, MaxTime),
            Notes = [.. release.Texts("notes")],
            Payloads = [.. release.Array("payloads").Items.Select(ParsePayload)],
            Entries = [.. release.Array("entries").Items.Select(ParseEntry)],
        };
        if (document.Hardware.Length is < 1 or > Limits.MaxHardwareIds || !IsRising(document.Hardware))
        {
            throw release.Bad("hardware", "1 to 64 names in strictly rising order");
        }

        if (document.Notes.Sum(n => n.Length + 1) > Limits.MaxNotesChars || document.Notes.Any(HasControl))
        {
            throw release.Bad("notes", "at most MaxNotesChars characters, no control characters");
        }

        document.RequireClosedWorld(release);
        return document;
    }

    // first of all, because what the other fields mean depends on it.
    private static void RequireReader(JsonFields release)
    {
        if (release.Integer("format", 1, CanonicalJson.MaxInteger) != Format || release.Integer("min_reader", 1, CanonicalJson.MaxInteger) > Reader)
        {
            throw new RefusedException(Refusal.NeedsNewerReader, "release: format or min_reader");
        }

        int names = 0;
        foreach (string name in release.Texts("critical"))
        {
            if (++names > Limits.MaxCritical)
            {
                throw release.Bad("critical", "at most MaxCritical names");
            }

            if (!Known.Contains(name))
            {
                throw new RefusedException(Refusal.NeedsNewerReader, "release: a critical field that this reader does not know");
            }
        }
    }

    private static ReleasePayload ParsePayload(JsonValue item)
    {
        JsonFields payload = JsonFields.Of(item, "release payload", Malformed);
        string part = payload.Text("part");
        return GkuNames.IsPart(part)
            ? new ReleasePayload(part, payload.Integer("image_size", 1, Limits.MaxFileBytes), payload.Text("chunks"))
            : throw payload.Bad("part", "a slot part's name");
    }

    private static ReleaseEntry ParseEntry(JsonValue item)
    {
        JsonFields entry = JsonFields.Of(item, "release entry", Malformed);
        return new ReleaseEntry(entry.Text("name"), entry.Integer("length", 0, Limits.MaxFileBytes), entry.Has("sha256") ? entry.Hex("sha256", 32) : null);
    }

    /// <summary>I12, R-54: the entries are the roots, a chunk table per payload, at most one bill of materials, the payloads; in this order, each once, nothing else.</summary>
    private void RequireClosedWorld(JsonFields release)
    {
        if (Payloads.Length is < 1 or > Limits.MaxPayloads || Payloads.Select(p => p.Part).Distinct().Count() != Payloads.Length)
        {
            throw release.Bad("payloads", "1 to 8, of distinct slot parts");
        }

        var rest = new Queue<ReleaseEntry>(Entries);
        int roots = 0;
        while (rest.TryPeek(out ReleaseEntry? root) && root.Sha256 is not null && root.Name == GkuNames.Root(roots + 1))
        {
            rest.Dequeue();
            roots++;
        }

        bool good = roots is >= 1 and <= Limits.MaxRoots;
        foreach (ReleasePayload payload in Payloads)
        {
            good &= rest.TryDequeue(out ReleaseEntry? table) && table.Sha256 is string hash && table.Length <= Limits.MaxChunkTableBytes
                && table.Name == payload.ChunkTable && table.Name == GkuNames.Chunks(hash, payload.Part);
        }

        if (rest.TryPeek(out ReleaseEntry? sbom) && sbom.Sha256 is string sbomHash && sbom.Name == GkuNames.Sbom(sbomHash))
        {
            good &= rest.Dequeue().Length <= Limits.MaxSbomBytes;
        }

        foreach (ReleasePayload payload in Payloads)
        {
            good &= rest.TryDequeue(out ReleaseEntry? stored) && stored.Sha256 is null && stored.Name == GkuNames.Payload(payload.Part);
        }

        if (!good || rest.Count > 0)
        {
            throw release.Bad("entries", "what the format prescribes, in its order");
        }
    }

    /// <summary>Where the file ends when the entries from <paramref name="first"/> on begin at <paramref name="offset"/>.</summary>
    internal long LengthFrom(long offset, int first)
    {
        long end = offset + (2 * UstarHeader.BlockBytes);
        foreach (ReleaseEntry entry in Entries.Skip(first))
        {
            end += UstarHeader.BlockBytes + entry.Length + UstarHeader.Padding(entry.Length);
        }

        return end;
    }

    private static string Name(JsonFields release, string field, string value) =>
        value.Length <= Limits.MaxNameChars && GkuNames.IsPlain(value) ? value : throw release.Bad(field, "1 to 32 of A-Z a-z 0-9 . - _");

    private static ReleaseVersion VersionOf(JsonFields release, string field) =>
        ReleaseVersion.TryParse(release.Text(field), out ReleaseVersion version) ? version : throw release.Bad(field, "a version like 4.2.1");

    private static bool IsRising(ImmutableArray<string> names) => names.Zip(names.Skip(1)).All(pair => string.CompareOrdinal(pair.First, pair.Second) < 0);

    // A line end inside a line, or a character that moves the cursor, has no place on the screen.
    private static bool HasControl(string line) => line.Any(c => CharUnicodeInfo.GetUnicodeCategory(c)
        is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
