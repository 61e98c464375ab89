using System.Security.Cryptography;
using Gatekeeper.Release;

namespace Gatekeeper.Update;

/// <summary>
/// Writes one payload into one part of the idle set, and reads it back. Bytes reach the medium only out of a
/// <see cref="VerifiedChunk"/> (I04). What lies behind the image in the partition is left as it was: the image's own sizes and its
/// verity table bound every reader, and each byte not written is wear and time saved.
/// </summary>
internal sealed class SlotWriter(IBlockDevice device, VerifiedPayload payload)
{
    private const int SectorBytes = 512; // what a medium writes whole or not at all
    private byte[] head = [];

    /// <summary>Writes every chunk but the first <paramref name="headBytes"/>, which are kept in memory for <see cref="WriteHead"/>.</summary>
    /// <exception cref="IOException">The medium failed.</exception>
    /// <exception cref="RefusedException">The source failed, or a chunk is not what its table says.</exception>
    public void WriteBody(IReleaseSource source, int headBytes, ProgressMeter meter)
    {
        byte[] buffer = new byte[payload.PlainLength(0)];
        for (int index = 0; index < payload.Chunks.Length; index++)
        {
            ReadOnlySpan<byte> plain = ChunkReader.Read(source, payload, index, buffer).Plain;
            int skip = 0;
            if (index == 0)
            {
                skip = Math.Min(headBytes, plain.Length);
                head = plain[..skip].ToArray();
            }

            if (plain.Length > skip)
            {
                device.WriteAt(((long)index * payload.ChunkSize) + skip, plain[skip..]);
            }

            meter.Add(plain.Length);
        }

        device.Flush();
    }

    /// <summary>
    /// Reads everything back past the cache and compares each chunk's plain hash; the head, which is not on the medium yet, counts
    /// from memory. Returns what the set's record keeps of the part.
    /// </summary>
    /// <exception cref="IOException">The medium failed.</exception>
    /// <exception cref="RefusedException"><see cref="Refusal.SlotMedium"/>: it holds something else than was written.</exception>
    public PartRecord ReadBack(ProgressMeter meter)
    {
        using var image = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[payload.PlainLength(0)];
        for (int index = 0; index < payload.Chunks.Length; index++)
        {
            Span<byte> plain = buffer.AsSpan(0, payload.PlainLength(index));
            int skip = index == 0 ? head.Length : 0;
            head.AsSpan(0, skip).CopyTo(plain);
            if (plain.Length > skip)
            {
                device.ReadDirectAt(((long)index * payload.ChunkSize) + skip, plain[skip..]);
            }

            byte[] hash = SHA256.HashData(plain);
            if (!hash.AsSpan().SequenceEqual(payload.Chunks[index].PlainHash.Span))
            {
                throw new RefusedException(Refusal.SlotMedium, $"part {payload.Part} chunk {index} does not hold what was written");
            }

            image.AppendData(hash);
            meter.Add(plain.Length);
        }

        return new PartRecord(payload.Part, payload.ImageSize, payload.ChunkSize, image.GetHashAndReset());
    }

    /// <summary>Writes the head, its first sector last, each flushed and read back past the cache: a file system is there when all of it is.</summary>
    /// <exception cref="IOException">The medium failed.</exception>
    /// <exception cref="RefusedException"><see cref="Refusal.SlotMedium"/>.</exception>
    public void WriteHead()
    {
        int first = Math.Min(SectorBytes, head.Length);
        WriteThrough(first, head.AsSpan(first));
        WriteThrough(0, head.AsSpan(0, first));
    }

    /// <summary>
    /// Destroys what the part held before, its first sector first: a firmware that looks, or a person who starts the set by hand,
    /// finds no file system and never half of one.
    /// </summary>
    /// <exception cref="IOException">The medium failed.</exception>
    /// <exception cref="RefusedException"><see cref="Refusal.SlotMedium"/>.</exception>
    public void DestroyHead(int headBytes)
    {
        byte[] zeros = new byte[Math.Min(headBytes, device.Length)];
        int first = Math.Min(SectorBytes, zeros.Length);
        WriteThrough(0, zeros.AsSpan(0, first));
        WriteThrough(first, zeros.AsSpan(first));
    }

    private void WriteThrough(long offset, ReadOnlySpan<byte> data)
    {
        device.WriteAt(offset, data);
        device.Flush();
        byte[] back = new byte[data.Length];
        device.ReadDirectAt(offset, back);
        if (!data.SequenceEqual(back))
        {
            throw new RefusedException(Refusal.SlotMedium, $"the head of part {payload.Part} does not hold what was written");
        }
    }
}
