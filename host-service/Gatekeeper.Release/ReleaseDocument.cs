using System.Collections.Immutable;

namespace Gatekeeper.Release;

/// <summary>An entry of the file as the release document lists it.</summary>
/// <param name="Name">Its name in the archive.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="Sha256">Its SHA-256, lower-case hex; null for a payload, which its chunk table vouches for.</param>
public sealed record ReleaseEntry(string Name, long Length, string? Sha256);

/// <summary>What goes into one slot part.</summary>
/// <param name="Part">The slot part, for example <c>efi</c>.</param>
/// <param name="ImageSize">Bytes of the plain image.</param>
/// <param name="ChunkTable">Name of the entry that holds its chunk table.</param>
public sealed record ReleasePayload(string Part, long ImageSize, string ChunkTable);

/// <summary>The release document, <c>x.release.json</c> (FORMAT.md §5): what the release is and what the rest of the file must be.</summary>
public sealed partial record ReleaseDocument
{
    /// <summary>The format this code writes and reads.</summary>
    public const int Format = 1;

    /// <summary>The reader this code is: a document with a greater <c>min_reader</c> is refused.</summary>
    public const int Reader = 1;

    /// <summary>Product name: 1 to 32 of A-Z a-z 0-9 . - _.</summary>
    public required string Product { get; init; }

    /// <summary>The version it brings.</summary>
    public required ReleaseVersion Version { get; init; }

    /// <summary>Channel, for example <c>stable</c>: like a product name.</summary>
    public required string Channel { get; init; }

    /// <summary>Hardware ids it is for, sorted, 1 to 64: like product names.</summary>
    public required ImmutableArray<string> Hardware { get; init; }

    /// <summary>The lowest running version it may replace.</summary>
    public required ReleaseVersion ReplacesFrom { get; init; }

    /// <summary>When it was signed, as its maker says, seconds since 1970-01-01 UTC.</summary>
    public required long SignedAt { get; init; }

    /// <summary>Release notes, line by line, no control characters; may be empty.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];

    /// <summary>The payloads in the order of the file, 1 to 8.</summary>
    public required ImmutableArray<ReleasePayload> Payloads { get; init; }

    /// <summary>Every entry but timestamp, snapshot, targets and this document, in the order of the file.</summary>
    public required ImmutableArray<ReleaseEntry> Entries { get; init; }

    /// <summary>The bytes of the document.</summary>
    public byte[] Encode() => CanonicalJson.Write(new JsonObject(
        ("channel", new JsonString(Channel)),
        ("critical", new JsonArray([])),
        ("entries", new JsonArray(Entries.Select(EncodeEntry))),
        ("format", new JsonInteger(Format)),
        ("hardware", new JsonArray(Hardware.Select(h => new JsonString(h)))),
        ("min_reader", new JsonInteger(1)),
        ("notes", new JsonArray(Notes.Select(n => new JsonString(n)))),
        ("payloads", new JsonArray(Payloads.Select(p => new JsonObject(
            ("chunks", new JsonString(p.ChunkTable)),
            ("image_size", new JsonInteger(p.ImageSize)),
            ("part", new JsonString(p.Part)))))),
        ("product", new JsonString(Product)),
        ("replaces_from", new JsonString(ReplacesFrom.ToString())),
        ("signed_at", new JsonInteger(SignedAt)),
        ("version", new JsonString(Version.ToString()))));

    private static JsonObject EncodeEntry(ReleaseEntry entry) => new(
        [
            ("length", new JsonInteger(entry.Length)),
            ("name", new JsonString(entry.Name)),
            ..entry.Sha256 is string hash ? [("sha256", new JsonString(hash))] : Array.Empty<(string, JsonValue)>(),
        ]);
}
