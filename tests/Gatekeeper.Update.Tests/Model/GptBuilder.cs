using System.Buffers.Binary;
using System.Text;

namespace Gatekeeper.Update.Tests.Model;

/// <summary>Writes a GUID partition table (UEFI 2.10 §5.3) the way partitioning tools do: primary, entries, backup entries, backup.</summary>
public sealed class GptBuilder(int blocks, int blockSize = 512)
{
    private const int Entries = 128;
    private readonly byte[] entries = new byte[Entries * 128];
    private int count;

    public byte[] Disk { get; } = new byte[blocks * blockSize];

    public int EntryBlocks => entries.Length / blockSize;

    public GptBuilder Add(string name, long first, long last)
    {
        Span<byte> entry = entries.AsSpan(count * 128, 128);
        new Guid("c12a7328-f81f-11d2-ba4b-00a0c93ec93b").TryWriteBytes(entry);
        new Guid(++count, 7, 7, new byte[8]).TryWriteBytes(entry[16..]);
        BinaryPrimitives.WriteInt64LittleEndian(entry[32..], first);
        BinaryPrimitives.WriteInt64LittleEndian(entry[40..], last);
        Encoding.Unicode.GetBytes(name).CopyTo(entry[56..]);
        return this;
    }

    public VolatileDisk Build()
    {
        Write();
        return new VolatileDisk("disk", Disk, new PowerLine());
    }

    public void Write()
    {
        Table(1, 2, blocks - 1);
        Table(blocks - 1, blocks - 1 - EntryBlocks, 1);
    }

    /// <summary>Changes bytes of the primary header and makes its CRC right again.</summary>
    public GptBuilder Patch(int offset, params byte[] bytes)
    {
        bytes.CopyTo(Disk, blockSize + offset);
        Seal(Disk.AsSpan(blockSize, 92));
        return this;
    }

    private void Table(long at, long array, long other)
    {
        Span<byte> header = Disk.AsSpan((int)at * blockSize, 92);
        "EFI PART"u8.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], 0x0001_0000);
        BinaryPrimitives.WriteUInt32LittleEndian(header[12..], 92);
        BinaryPrimitives.WriteInt64LittleEndian(header[24..], at);
        BinaryPrimitives.WriteInt64LittleEndian(header[32..], other);
        BinaryPrimitives.WriteInt64LittleEndian(header[40..], 2 + EntryBlocks);
        BinaryPrimitives.WriteInt64LittleEndian(header[48..], blocks - 2 - EntryBlocks);
        BinaryPrimitives.WriteInt64LittleEndian(header[72..], array);
        BinaryPrimitives.WriteInt32LittleEndian(header[80..], Entries);
        BinaryPrimitives.WriteInt32LittleEndian(header[84..], 128);
        BinaryPrimitives.WriteUInt32LittleEndian(header[88..], Crc32.Of(entries));
        entries.CopyTo(Disk, (int)array * blockSize);
        Seal(header);
    }

    private static void Seal(Span<byte> header)
    {
        header[16..20].Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(header[16..], Crc32.Of(header));
    }
}
