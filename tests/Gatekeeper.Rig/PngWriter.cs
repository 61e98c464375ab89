using System.Buffers.Binary;
using System.IO.Compression;
using Gatekeeper.StickImages;

namespace Gatekeeper.Rig;

/// <summary>The smallest PNG there is: 8-bit RGB or palette, no filter, one IDAT (PNG, third edition, W3C 2025).</summary>
public static class PngWriter
{
    /// <summary>Encodes rows of RGB bytes, quickly.</summary>
    public static byte[] Encode(int width, int height, ReadOnlySpan<byte> rgb) =>
        File(width, height, colourType: 2, palette: [], Compress(width * 3, height, rgb, CompressionLevel.Fastest));

    /// <summary>
    /// Encodes rows of RGB bytes with a palette of at most 256 colours, small: for pictures that are kept. Rarer colours, the steps of soft
    /// edges, become the nearest of the palette.
    /// </summary>
    public static byte[] EncodeIndexed(int width, int height, ReadOnlySpan<byte> rgb)
    {
        Dictionary<int, int> counts = [];
        for (int at = 0; at < rgb.Length; at += 3)
        {
            System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(counts, Colour(rgb, at), out _)++;
        }

        int[] palette = Palette(counts);
        Dictionary<int, byte> index = [];
        foreach (int colour in counts.Keys)
        {
            index[colour] = Nearest(palette, colour);
        }

        byte[] indices = new byte[width * height];
        for (int i = 0; i < indices.Length; i++)
        {
            indices[i] = index[Colour(rgb, i * 3)];
        }

        byte[] table = [.. palette.SelectMany(c => new[] { (byte)(c >> 16), (byte)((c >> 8) & 0xff), (byte)(c & 0xff) })];
        return File(width, height, colourType: 3, table, Compress(width, height, indices, CompressionLevel.SmallestSize));
    }

    // The most frequent first, each further from all before it than an eye can tell: else the steps of one edge leave no room for another's.
    private static int[] Palette(Dictionary<int, int> counts)
    {
        const int TooNear = 3 * 8 * 8;
        List<int> palette = [];
        foreach (int colour in counts.OrderByDescending(c => c.Value).ThenBy(c => c.Key).Select(c => c.Key))
        {
            if (palette.Count < 256 && palette.TrueForAll(known => Distance(known, colour) >= TooNear))
            {
                palette.Add(colour);
            }
        }

        return [.. palette];
    }

    private static int Colour(ReadOnlySpan<byte> rgb, int at) => (rgb[at] << 16) | (rgb[at + 1] << 8) | rgb[at + 2];

    private static byte Nearest(int[] palette, int colour)
    {
        int best = 0;
        int least = int.MaxValue;
        for (int i = 0; i < palette.Length && least > 0; i++)
        {
            int far = Distance(palette[i], colour);
            if (far < least)
            {
                (best, least) = (i, far);
            }
        }

        return (byte)best;
    }

    private static int Distance(int one, int other)
    {
        int red = (one >> 16) - (other >> 16);
        int green = ((one >> 8) & 0xff) - ((other >> 8) & 0xff);
        int blue = (one & 0xff) - (other & 0xff);
        return (red * red) + (green * green) + (blue * blue);
    }

    private static byte[] File(int width, int height, byte colourType, ReadOnlySpan<byte> palette, ReadOnlySpan<byte> data)
    {
        using MemoryStream png = new();
        png.Write([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]);
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], height);
        header[8] = 8; // bits a sample
        header[9] = colourType;
        Chunk(png, "IHDR"u8, header);
        if (!palette.IsEmpty)
        {
            Chunk(png, "PLTE"u8, palette);
        }

        Chunk(png, "IDAT"u8, data);
        Chunk(png, "IEND"u8, []);
        return png.ToArray();
    }

    private static byte[] Compress(int rowBytes, int height, ReadOnlySpan<byte> rows, CompressionLevel level)
    {
        using MemoryStream packed = new();
        using (ZLibStream zlib = new(packed, level, leaveOpen: true))
        {
            for (int row = 0; row < height; row++)
            {
                zlib.WriteByte(0); // filter type None, §9.2
                zlib.Write(rows.Slice(row * rowBytes, rowBytes));
            }
        }
        return packed.ToArray();
    }

    private static void Chunk(MemoryStream png, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        png.Write(number);
        png.Write(type);
        png.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32.Of([.. type, .. data]));
        png.Write(number);
    }
}
