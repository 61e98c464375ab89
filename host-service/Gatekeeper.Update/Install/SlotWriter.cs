using System.Security.Cryptography;
using Gatekeeper.Release;

namespace Gatekeeper.Update;

/// <summary>
/// Writes one payload into one part of the idle set, and reads it back. Bytes reach the medium only out of a
/// <see cref="VerifiedChunk"/> (I04). What lies behind the image in the partition is left as it was: the image's own sizes and its
/// verity table bound every reader, and each byte not written is wear and time saved. Every step stops when the device comes into use
/// (I15) and goes on at the same chunk when it is called again; a chunk that was stopped inside is read, verified and written anew.
/// </summary>
internal sealed class SlotWriter(IBlockDevice device, string part)
{
    private const int SectorBytes = 512; // what a medium writes whole or not at all
    private readonly ChunkHashes hashes = new();
    private byte[] head = [];
    private int written;
    private bool flushed;
    private bool destroyed;
    private PartRecord? readBack;

    /// <summary>Writes every chunk but the first <paramref name="headBytes"/>, which are kept in memory for <see cref="WriteHead"/>.</summary>
    /// <exception cref="IOException">The medium failed.</exception>
    /// <exception cref="RefusedException">The source failed, a chunk is not what its table says, or <see cref="Refusal.InUse"/>.</exception>
    public void WriteBody(VerifiedPayload payload, IReleaseSource source, int headBytes, ProgressMeter meter)
    {
        byte[] buffer = new byte[payload.PlainLength(0)];
        for (; written < payload.Chunks.Length; written++)
        {
            meter.Look();
            ReadOnlySpan<byte> plain = ChunkReader.Read(source, payload, written, buffer).Plain;
            int skip = 0;
            if (written == 0)
            {
                skip = Math.Min(headBytes, plain.Length);
                head = plain[..skip].ToArray();
            }

            LeasePieces.Write(((long)written * payload.ChunkSize) + skip, plain[skip..], meter.Look, device.WriteAt);
            meter.Add(plain.Length);
        }

        if (!flushed)
        {
            device.Flush();
            flushed = true;
        }
    }

    /// <summary>
    /// Reads everything back past the cache and compares each chunk's plain hash; the head, which is not on the medium yet, counts
    /// from memory. Returns what the set's record keeps of the part.
    /// </summary>
    /// <exception cref="IOException">The medium failed.</exception>
    /// <exception cref="RefusedException"><see cref="Refusal.SlotMedium"/>: it holds something else than was written. <see cref="Refusal.InUse"/>.</exception>
    public PartRecord ReadBack(VerifiedPayload payload, ProgressMeter meter) => readBack ??= ReadBackRest(payload, meter);

    /// <summary>Writes the head, its first sector last, each flushed and read back past the cache: a file system is there when all of it is.</summary>
    /// <exception cref="IOException">The medium failed.</exception>
    /// <exception cref="RefusedException"><see cref="Refusal.SlotMedium"/>, <see cref="Refusal.InUse"/>.</exception>
    public void WriteHead(ProgressMeter meter)
    {
        int first = Math.Min(SectorBytes, head.Length);
        WriteThrough(first, head.AsSpan(first), meter);
        WriteThrough(0, head.AsSpan(0, first), meter);
    }

    /// <summary>
    /// Destroys what the part held before, its first sector first: a firmware that looks, or a person who starts the set by hand,
    /// finds no file system and never half of one.
    /// </summary>
    /// <exception cref="IOException">The medium failed.</exception>
    /// <exception cref="RefusedException"><see cref="Refusal.SlotMedium"/>, <see cref="Refusal.InUse"/>.</exception>
    public void DestroyHead(int headBytes, ProgressMeter meter)
    {
        if (destroyed)
        {
            return;
        }

        byte[] zeros = new byte[Math.Min(headBytes, device.Length)];
        int first = Math.Min(SectorBytes, zeros.Length);
        WriteThrough(0, zeros.AsSpan(0, first), meter);
        WriteThrough(first, zeros.AsSpan(first), meter);
        destroyed = true;
    }

    private PartRecord ReadBackRest(VerifiedPayload payload, ProgressMeter meter)
    {
        byte[] buffer = new byte[payload.PlainLength(0)];
        for (int index = hashes.Count; index < payload.Chunks.Length; index++)
        {
            Span<byte> plain = buffer.AsSpan(0, payload.PlainLength(index));
            int skip = index == 0 ? head.Length : 0;
            head.AsSpan(0, skip).CopyTo(plain);
            LeasePieces.Read(((long)index * payload.ChunkSize) + skip, plain[skip..], meter.Look, device.ReadDirectAt);
            byte[] hash = SHA256.HashData(plain);
            if (!hash.AsSpan().SequenceEqual(payload.Chunks[index].PlainHash.Span))
            {
                throw new RefusedException(Refusal.SlotMedium, $"part {payload.Part} chunk {index} does not hold what was written");
            }

            hashes.Add(hash);
            meter.Add(plain.Length);
        }

        return new PartRecord(payload.Part, payload.ImageSize, payload.ChunkSize, hashes.Finish());
    }

    private void WriteThrough(long offset, ReadOnlySpan<byte> data, ProgressMeter meter)
    {
        meter.Look();
        device.WriteAt(offset, data);
        device.Flush();
        byte[] back = new byte[data.Length];
        device.ReadDirectAt(offset, back);
        if (!data.SequenceEqual(back))
        {
            throw new RefusedException(Refusal.SlotMedium, $"the head of part {part} does not hold what was written");
        }
    }
}
