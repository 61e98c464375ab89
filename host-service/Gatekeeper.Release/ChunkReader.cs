using System.Security.Cryptography;

namespace Gatekeeper.Release;

/// <summary>Reads the chunks of a verified payload.</summary>
public static class ChunkReader
{
    /// <summary>Reads chunk <paramref name="index"/> once, compares its hash in memory and hands out those same bytes (I04).</summary>
    /// <param name="source">The release file the payload was verified from.</param>
    /// <param name="payload">The payload.</param>
    /// <param name="index">0 to the number of chunks less one.</param>
    /// <param name="buffer">At least <see cref="VerifiedPayload.PlainLength"/> bytes; holds the result. The caller leaves it alone while it uses the result.</param>
    /// <exception cref="RefusedException"><see cref="Refusal.FileDamaged"/>: the bytes are not those that were signed; and what the source throws.</exception>
    public static VerifiedChunk Read(IReleaseSource source, VerifiedPayload payload, int index, Span<byte> buffer)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, payload.Chunks.Length);
        ChunkEntry chunk = payload.Chunks[index];
        Span<byte> plain = buffer[..payload.PlainLength(index)];
        if (chunk.StoredLength == 0)
        {
            // The table was refused unless its hash is that of zeros, so there is nothing left to compare.
            plain.Clear();
            return new VerifiedChunk(payload, index, plain);
        }

        long offset = payload.FileOffset + chunk.StoredOffset;
        if (offset > source.Length - chunk.StoredLength)
        {
            throw new RefusedException(Refusal.FileDamaged, "the file became shorter"); // the source may have changed since it was verified
        }

        Span<byte> stored = plain; // stored plain: ChunkTable refuses every other form
        source.ReadAt(offset, stored);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(stored, hash);
        if (!hash.SequenceEqual(chunk.StoredHash.Span) || !hash.SequenceEqual(chunk.PlainHash.Span))
        {
            plain.Clear();
            throw new RefusedException(Refusal.FileDamaged, $"payload {payload.Part}: chunk {index}");
        }

        return new VerifiedChunk(payload, index, plain);
    }
}
