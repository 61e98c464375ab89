using System.Buffers.Binary;
using System.IO.Compression;

namespace Gatekeeper.Rig;

/// <summary>Reads the PNG files that <see cref="PngWriter.EncodeIndexed"/> writes and no others: 8-bit palette, filter None, one IDAT.</summary>
public static class PngReader
{
    /// <summary>Decodes to rows of RGB bytes.</summary>
    /// <exception cref="InvalidDataException">It is not such a file.</exception>
    public static (int Width, int Height, byte[] Rgb) Decode(ReadOnlySpan<byte> png)
    {
        int width = 0, height = 0;
        ReadOnlySpan<byte> palette = default;
        byte[] indices = [];
        for (int at = 8; at + 12 <= png.Length;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(png[at..]);
            ReadOnlySpan<byte> type = png.Slice(at + 4, 4);
            ReadOnlySpan<byte> data = png.Slice(at + 8, length);
            if (type.SequenceEqual("IHDR"u8))
            {
                (width, height) = (BinaryPrimitives.ReadInt32BigEndian(data), BinaryPrimitives.ReadInt32BigEndian(data[4..]));
                Require(data[8] == 8 && data[9] == 3, "not an 8-bit palette");
            }
            else if (type.SequenceEqual("PLTE"u8))
            {
                palette = data;
            }
            else if (type.SequenceEqual("IDAT"u8))
            {
                indices = Inflate(data, height * (width + 1));
            }

            at += 12 + length;
        }

        Require(width > 0 && height > 0 && indices.Length > 0 && !palette.IsEmpty, "a part is missing");
        byte[] rgb = new byte[width * height * 3];
        for (int row = 0, to = 0; row < height; row++)
        {
            Require(indices[row * (width + 1)] == 0, "another filter than None");
            for (int column = 1; column <= width; column++, to += 3)
            {
                palette.Slice(indices[(row * (width + 1)) + column] * 3, 3).CopyTo(rgb.AsSpan(to));
            }
        }

        return (width, height, rgb);
    }

    private static byte[] Inflate(ReadOnlySpan<byte> data, int bytes)
    {
        byte[] plain = new byte[bytes];
        using ZLibStream zlib = new(new MemoryStream(data.ToArray()), CompressionMode.Decompress);
        zlib.ReadExactly(plain);
        return plain;
    }

    private static void Require(bool holds, string what)
    {
        if (!holds)
        {
            throw new InvalidDataException($"not a picture of PngWriter.EncodeIndexed: {what}");
        }
    }
}
