using System.Security.Cryptography;
using Gatekeeper.Release;

namespace Gatekeeper.Update;

/// <summary>
/// The chunks of a release that an interrupted copy left on the data partition. Each was read and its hash compared just now: neither the copy
/// nor the medium is believed. What is not right is copied again.
/// </summary>
internal sealed class KeptChunks
{
    private readonly Dictionary<VerifiedPayload, bool[]> kept = [];
    private byte[] buffer = [];

    /// <summary>Stored bytes of all of them.</summary>
    public long Bytes { get; private set; }

    /// <summary>None.</summary>
    public static KeptChunks Nothing { get; } = new();

    /// <summary>Whether this chunk is where it has to be.</summary>
    public bool Has(VerifiedPayload payload, int index) => kept.TryGetValue(payload, out bool[]? chunks) && chunks[index];

    /// <summary>Looks for every chunk that is stored in the file, and moves it when it has to lie somewhere else in this file of the release.</summary>
    /// <param name="release">What the verifier accepted.</param>
    /// <param name="file">The unfinished stage.</param>
    /// <param name="shift">How much further back everything has to lie than it does.</param>
    /// <param name="look">Before each piece read or written (I15).</param>
    /// <param name="step">Told of each chunk that is kept.</param>
    /// <exception cref="IOException">The medium failed while a chunk was moved.</exception>
    public static KeptChunks Find(VerifiedRelease release, IStageFile file, long shift, Action look, Action<int> step)
    {
        var found = new KeptChunks();
        (VerifiedPayload Payload, int Index)[] stored =
        [
            .. from payload in release.Payloads.OrderBy(p => p.FileOffset)
               from index in Enumerable.Range(0, payload.Chunks.Length)
               where payload.Chunks[index].StoredLength > 0
               select (payload, index),
        ];

        // Moved away from the end first, or towards it last, no chunk lands on one that was not looked at yet.
        foreach ((VerifiedPayload payload, int index) in shift > 0 ? stored.Reverse() : stored)
        {
            found.Take(payload, index, file, shift, look, step);
        }

        return found;
    }

    private void Take(VerifiedPayload payload, int index, IStageFile file, long shift, Action look, Action<int> step)
    {
        ChunkEntry entry = payload.Chunks[index];
        long at = payload.FileOffset + entry.StoredOffset;
        Span<byte> bytes = Buffer(entry.StoredLength).AsSpan(0, entry.StoredLength);
        if (!Holds(file, at - shift, bytes, entry, look))
        {
            return;
        }

        if (shift != 0)
        {
            LeasePieces.Write(at, bytes, look, file.WriteAt);
        }

        if (!kept.TryGetValue(payload, out bool[]? chunks))
        {
            kept[payload] = chunks = new bool[payload.Chunks.Length];
        }

        chunks[index] = true;
        Bytes += entry.StoredLength;
        step(entry.StoredLength);
    }

    private static bool Holds(IStageFile file, long at, Span<byte> bytes, ChunkEntry entry, Action look)
    {
        try
        {
            LeasePieces.Read(at, bytes, look, file.ReadAt);
        }
        catch (IOException)
        {
            return false; // written again, it may hold
        }

        if (!bytes.ContainsAnyExcept((byte)0))
        {
            return false; // never written; zeros are not stored, and hashing gigabytes of them costs seconds
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        return hash.SequenceEqual(entry.StoredHash.Span);
    }

    private byte[] Buffer(int length) => buffer.Length >= length ? buffer : buffer = new byte[length];
}
