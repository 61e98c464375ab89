using System.Collections.Immutable;

namespace Gatekeeper.Release;

/// <summary>Proof that a release's metadata was checked against this device's trust. Only <c>Verifier</c> makes one; never persisted, never sent to another process.</summary>
public sealed class VerifiedRelease
{
    internal VerifiedRelease()
    {
    }

    /// <summary>Product name from <c>release.json</c>.</summary>
    public required string Product { get; init; }

    /// <summary>Hardware ids it is for.</summary>
    public required ImmutableArray<string> Hardware { get; init; }

    /// <summary>Channel, for example <c>stable</c>.</summary>
    public required string Channel { get; init; }

    /// <summary>The version it brings.</summary>
    public required ReleaseVersion Version { get; init; }

    /// <summary>SHA-256 of the release document, lower-case hex: the release's identity.</summary>
    public required string Digest { get; init; }

    /// <summary>When it was signed, as signed, seconds since 1970-01-01 UTC.</summary>
    public required long SignedAt { get; init; }

    /// <summary>Signed release notes, plain text, at most <c>Limits.MaxNotesChars</c>; may be empty.</summary>
    public required string Notes { get; init; }

    /// <summary>True when metadata is past its date and policy only reports that.</summary>
    public required bool Expired { get; init; }

    /// <summary>Bytes of the whole release file as FORMAT.md prescribes them.</summary>
    public required long FileLength { get; init; }

    /// <summary>What goes into which part of a slot set, in the order of the file.</summary>
    public required ImmutableArray<VerifiedPayload> Payloads { get; init; }

    /// <summary>The trust state to keep when this release is confirmed (I08): versions, floor, ratchet.</summary>
    public required TrustState TrustAtKeep { get; init; }
}

/// <summary>One payload of a <see cref="VerifiedRelease"/>: an image for one slot part.</summary>
public sealed class VerifiedPayload
{
    internal VerifiedPayload()
    {
    }

    /// <summary>The slot part it is for: <c>efi</c> or <c>system</c>.</summary>
    public required string Part { get; init; }

    /// <summary>Bytes of the plain image.</summary>
    public required long ImageSize { get; init; }

    /// <summary>Bytes of a chunk, a power of two from 64 KiB to 4 MiB; the last one may be shorter.</summary>
    public required int ChunkSize { get; init; }

    /// <summary>The chunks in order.</summary>
    public required ImmutableArray<ChunkEntry> Chunks { get; init; }

    /// <summary>Bytes of chunk <paramref name="index"/> when plain.</summary>
    public int PlainLength(int index) => (int)Math.Min(ChunkSize, ImageSize - ((long)index * ChunkSize));

    /// <summary>Bytes stored for it in the release file.</summary>
    public required long StoredLength { get; init; }

    /// <summary>Where in the release file this payload's first stored byte lies.</summary>
    public required long FileOffset { get; init; }
}

/// <summary>Proof that these plain bytes are chunk <see cref="Index"/> of a verified payload. Only <c>ChunkReader</c> makes one.</summary>
public readonly ref struct VerifiedChunk
{
    internal VerifiedChunk(VerifiedPayload payload, int index, ReadOnlySpan<byte> plain)
    {
        Payload = payload;
        Index = index;
        Plain = plain;
    }

    /// <summary>The payload it belongs to.</summary>
    public VerifiedPayload Payload { get; }

    /// <summary>True for a chunk of zeros, of which nothing is stored.</summary>
    public bool IsZero => Payload.Chunks[Index].StoredLength == 0;

    /// <summary>Its place in the payload.</summary>
    public int Index { get; }

    /// <summary>The verified bytes themselves: the copy in memory that was hashed (I04).</summary>
    public ReadOnlySpan<byte> Plain { get; }
}
