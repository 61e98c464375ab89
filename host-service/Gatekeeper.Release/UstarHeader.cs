using System.Buffers.Binary;
using System.Text;

namespace Gatekeeper.Release;

/// <summary>
/// One header block of the archive (POSIX.1-2017 pax, ustar). Name and length decide all 512 bytes (FORMAT.md §3):
/// <code>
///   0 name[100]  "targets/..." then NULs      156 typeflag "0"
/// 100 mode       "0000644" NUL                157 linkname[100] NULs
/// 108 uid, gid   "0000000" NUL, each          257 magic "ustar" NUL, version "00"
/// 124 size[12]   11 octal digits NUL, or      265 uname[32], gname[32] NULs
///                80 and 11 bytes big-endian   329 devmajor, devminor "0000000" NUL, each
/// 136 mtime[12]  "00000000000" NUL            345 prefix[155], 12 more: NULs
/// 148 chksum     6 octal digits NUL space
/// </code>
/// </summary>
public static class UstarHeader
{
    /// <summary>Bytes of a block.</summary>
    public const int BlockBytes = 512;

    /// <summary>Longest name: the prefix field is not used.</summary>
    public const int MaxNameBytes = 100;

    private const long MaxOctalSize = (1L << 33) - 1;

    /// <summary>Bytes of zeros that fill the last block of an entry of <paramref name="length"/> bytes.</summary>
    public static int Padding(long length) => (int)((BlockBytes - (length % BlockBytes)) % BlockBytes);

    /// <summary>The header of an entry.</summary>
    /// <param name="name">1 to 100 characters of A-Z a-z 0-9 . - _ /.</param>
    /// <param name="length">Bytes of the entry, 0 or more.</param>
    /// <exception cref="ArgumentException">Outside these ranges.</exception>
    public static byte[] Write(string name, long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if (!IsName(name))
        {
            throw new ArgumentException("not a name of the format", nameof(name));
        }

        byte[] block = new byte[BlockBytes];
        Encoding.ASCII.GetBytes(name, block);
        "0000644"u8.CopyTo(block.AsSpan(100));
        "0000000"u8.CopyTo(block.AsSpan(108));
        "0000000"u8.CopyTo(block.AsSpan(116));
        WriteSize(length, block.AsSpan(124, 12));
        "00000000000"u8.CopyTo(block.AsSpan(136));
        block[156] = (byte)'0';
        "ustar\0"u8.CopyTo(block.AsSpan(257));
        "00"u8.CopyTo(block.AsSpan(263));
        "0000000"u8.CopyTo(block.AsSpan(329));
        "0000000"u8.CopyTo(block.AsSpan(337));

        // The checksum is the sum of all bytes with its own field taken as spaces.
        block.AsSpan(148, 8).Fill((byte)' ');
        int sum = 0;
        foreach (byte b in block)
        {
            sum += b;
        }

        WriteOctal(sum, block.AsSpan(148, 6));
        block[154] = 0;
        return block;
    }

    /// <summary>Reads a header: takes name and length, builds the header anew and compares all of it, so there is one spelling only .</summary>
    internal static bool TryRead(ReadOnlySpan<byte> block, out string name, out long length)
    {
        length = 0;
        int nameBytes = block[..MaxNameBytes].IndexOf((byte)0);
        name = Encoding.ASCII.GetString(block[..(nameBytes < 0 ? MaxNameBytes : nameBytes)]);
        return IsName(name) && TryReadSize(block.Slice(124, 12), out length) && block.SequenceEqual(Write(name, length));
    }

    private static bool IsName(string name) => name.Length <= MaxNameBytes && GkuNames.IsPlain(name.Replace('/', '.'));

    private static void WriteSize(long size, Span<byte> field)
    {
        if (size <= MaxOctalSize)
        {
            WriteOctal(size, field[..11]);
            return;
        }

        // GNU's base-256 form, which every tar in use reads; ustar's octal ends at 8 GiB.
        field[0] = 0x80;
        BinaryPrimitives.WriteInt64BigEndian(field[4..], size);
    }

    private static bool TryReadSize(ReadOnlySpan<byte> field, out long size)
    {
        size = 0;
        if (field[0] == 0x80)
        {
            size = BinaryPrimitives.ReadInt64BigEndian(field[4..]);
            return size > MaxOctalSize && size <= Limits.MaxFileBytes;
        }

        foreach (byte digit in field[..11])
        {
            if (digit is < (byte)'0' or > (byte)'7')
            {
                return false;
            }

            size = (size * 8) + (digit - '0');
        }

        return true;
    }

    private static void WriteOctal(long value, Span<byte> field)
    {
        for (int i = field.Length - 1; i >= 0; i--, value >>= 3)
        {
            field[i] = (byte)('0' + (int)(value & 7));
        }
    }
}
