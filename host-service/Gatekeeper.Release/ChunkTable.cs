using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;

namespace Gatekeeper.Release;

/// <summary>One line of a chunk table (FORMAT.md §6).</summary>
/// <param name="StoredOffset">From the payload's first stored byte.</param>
/// <param name="StoredLength">Bytes stored; 0 for a chunk of zeros.</param>
/// <param name="StoredHash">SHA-256 of the stored bytes, 32 bytes.</param>
/// <param name="PlainHash">SHA-256 of the plain bytes, 32 bytes.</param>
public readonly record struct ChunkEntry(long StoredOffset, int StoredLength, ReadOnlyMemory<byte> StoredHash, ReadOnlyMemory<byte> PlainHash);

/// <summary>
/// The chunk table of one payload (FORMAT.md §6). Little-endian:
/// <code>
///  0  8  magic "GKCHUNKS"
///  8  4  version, 1
/// 12  4  chunk size, a power of two, 64 KiB to 4 MiB
/// 16  8  image size, 1 or more
/// 24     per chunk, 68 bytes: stored length (4), SHA-256 of the stored bytes (32), SHA-256 of the plain bytes (32)
/// </code>
/// </summary>
public sealed class ChunkTable
{
    private const int HeaderBytes = 24;
    private const int EntryBytes = 68;
    private const uint FormatVersion = 1;

    private ChunkTable(byte[] bytes, int chunkSize, long imageSize, ImmutableArray<ChunkEntry> chunks)
    {
        Bytes = bytes;
        ChunkSize = chunkSize;
        ImageSize = imageSize;
        Chunks = chunks;
        StoredLength = chunks.Sum(c => (long)c.StoredLength);
    }

    private static ReadOnlySpan<byte> Magic => "GKCHUNKS"u8;

    /// <summary>The table's own bytes, as they stand in the file.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Bytes of a chunk; the last may be shorter.</summary>
    public int ChunkSize { get; }

    /// <summary>Bytes of the plain image.</summary>
    public long ImageSize { get; }

    /// <summary>Bytes stored in all: the length of the payload's entry.</summary>
    public long StoredLength { get; }

    /// <summary>The chunks in order.</summary>
    public ImmutableArray<ChunkEntry> Chunks { get; }

    /// <summary>Makes the table of an image: chunks of zeros are not stored, all others are stored plain.</summary>
    /// <param name="image">The plain image, read to its end; 1 byte or more.</param>
    /// <param name="stored">Takes the bytes to store; null when only the table is wanted.</param>
    /// <param name="chunkSize">A power of two, 64 KiB to 4 MiB.</param>
    /// <param name="progress">Called with the plain bytes done so far.</param>
    /// <exception cref="ArgumentException">The image is empty or too large, or the chunk size is not allowed.</exception>
    public static ChunkTable Build(Stream image, Stream? stored, int chunkSize = 1024 * 1024, Action<long>? progress = null)
    {
        if (!IsChunkSize((uint)chunkSize))
        {
            throw new ArgumentException("not a chunk size of the format", nameof(chunkSize));
        }

        var table = new MemoryStream();
        table.Write(new byte[HeaderBytes]);
        byte[] buffer = new byte[chunkSize];
        byte[] entry = new byte[EntryBytes];
        long size = 0;
        for (int length; (length = image.ReadAtLeast(buffer, chunkSize, throwOnEndOfStream: false)) > 0; size += length)
        {
            ReadOnlySpan<byte> plain = buffer.AsSpan(0, length);
            ReadOnlySpan<byte> kept = plain.ContainsAnyExcept((byte)0) ? plain : [];
            BinaryPrimitives.WriteInt32LittleEndian(entry, kept.Length);
            SHA256.HashData(kept, entry.AsSpan(4));
            SHA256.HashData(plain, entry.AsSpan(36));
            table.Write(entry);
            stored?.Write(kept);
            progress?.Invoke(size + length);
        }

        if (size == 0 || table.Length > Limits.MaxChunkTableBytes)
        {
            throw new ArgumentException("the image is empty, or too large for this chunk size", nameof(image));
        }

        byte[] bytes = table.ToArray();
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), FormatVersion);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(12), chunkSize);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(16), size);
        return Parse(bytes);
    }

    /// <summary>Reads a table whose hash was already compared with a signed one.</summary>
    /// <exception cref="RefusedException"><see cref="Refusal.ReleaseMalformed"/>, or <see cref="Refusal.NeedsNewerReader"/> for a version or a chunk form of later readers.</exception>
    public static ChunkTable Parse(byte[] bytes)
    {
        ReadOnlySpan<byte> table = bytes;
        if (table.Length is < HeaderBytes or > Limits.MaxChunkTableBytes || !table.StartsWith(Magic))
        {
            throw Malformed("magic or length");
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(table[8..]) != FormatVersion)
        {
            throw new RefusedException(Refusal.NeedsNewerReader, "chunk table: another version");
        }

        uint chunkSize = BinaryPrimitives.ReadUInt32LittleEndian(table[12..]);
        ulong imageSize = BinaryPrimitives.ReadUInt64LittleEndian(table[16..]);
        if (!IsChunkSize(chunkSize) || imageSize is 0 or > Limits.MaxFileBytes)
        {
            throw Malformed("chunk or image size");
        }

        ulong count = (imageSize + chunkSize - 1) / chunkSize;
        if ((ulong)table.Length != HeaderBytes + (count * EntryBytes))
        {
            throw Malformed("length does not follow from the image size");
        }

        return new ChunkTable(bytes, (int)chunkSize, (long)imageSize, ParseChunks(bytes, (int)count, (int)chunkSize, (long)imageSize));
    }

    private static ImmutableArray<ChunkEntry> ParseChunks(byte[] bytes, int count, int chunkSize, long imageSize)
    {
        ImmutableArray<ChunkEntry>.Builder chunks = ImmutableArray.CreateBuilder<ChunkEntry>(count);
        var zeros = new ZeroHashes();
        long offset = 0;
        for (int i = 0; i < count; i++)
        {
            ReadOnlyMemory<byte> line = bytes.AsMemory(HeaderBytes + (i * EntryBytes), EntryBytes);
            uint stored = BinaryPrimitives.ReadUInt32LittleEndian(line.Span);
            int plain = (int)Math.Min(chunkSize, imageSize - ((long)i * chunkSize));
            ReadOnlyMemory<byte> storedHash = line.Slice(4, 32);
            ReadOnlyMemory<byte> plainHash = line.Slice(36, 32);
            if (stored > plain)
            {
                throw Malformed("a chunk is stored longer than it is");
            }

            if (stored > 0 && stored < plain)
            {
                throw new RefusedException(Refusal.NeedsNewerReader, "chunk table: a compressed chunk");
            }

            // One form per chunk: zeros state the hashes of nothing and of zeros, a plain one states the same hash twice.
            ReadOnlySpan<byte> expected = stored == 0 ? zeros.Of(plain) : storedHash.Span;
            if (!plainHash.Span.SequenceEqual(expected) || (stored == 0 && !storedHash.Span.SequenceEqual(zeros.Of(0))))
            {
                throw Malformed("the hashes of a chunk contradict its form");
            }

            chunks.Add(new ChunkEntry(offset, (int)stored, storedHash, plainHash));
            offset += stored;
        }

        return chunks.MoveToImmutable();
    }

    private static bool IsChunkSize(uint size) => size is >= Limits.MinChunkBytes and <= Limits.MaxChunkBytes && uint.IsPow2(size);

    private static RefusedException Malformed(string what) => new(Refusal.ReleaseMalformed, $"chunk table: {what}");

    /// <summary>SHA-256 of so many zeros, each length computed once.</summary>
    private sealed class ZeroHashes
    {
        private readonly Dictionary<int, byte[]> known = [];

        public ReadOnlySpan<byte> Of(int length)
        {
            if (!known.TryGetValue(length, out byte[]? hash))
            {
                hash = SHA256.HashData(new byte[length]);
                known.Add(length, hash);
            }

            return hash;
        }
    }
}
