using System.Globalization;
using System.Text;

namespace Gatekeeper.Rig;

/// <summary>A picture of the screen: 8-bit red, green, blue, rows from the top, no padding.</summary>
public sealed class ScreenImage
{
    private readonly byte[] rgb;

    /// <summary>A picture from its bytes.</summary>
    public ScreenImage(int width, int height, byte[] rgb)
    {
        if (width <= 0 || height <= 0 || rgb.Length != width * height * 3)
        {
            throw new ArgumentException($"{width}x{height} needs {width * height * 3} bytes, there are {rgb.Length}", nameof(rgb));
        }
        Width = width;
        Height = height;
        this.rgb = rgb;
    }

    /// <summary>Pixels across.</summary>
    public int Width { get; }

    /// <summary>Pixels down.</summary>
    public int Height { get; }

    /// <summary>The bytes.</summary>
    public ReadOnlySpan<byte> Rgb => rgb;

    /// <summary>The colour at a place, as 0xRRGGBB.</summary>
    public int this[int x, int y]
    {
        get
        {
            int at = ((y * Width) + x) * 3;
            return (rgb[at] << 16) | (rgb[at + 1] << 8) | rgb[at + 2];
        }
    }

    /// <summary>Reads a binary PPM as QEMU writes it: <c>P6\nW H\n255\n</c> and the bytes (netpbm, ppm(5)).</summary>
    /// <exception cref="RigException">Anything else.</exception>
    public static ScreenImage FromPpm(ReadOnlySpan<byte> file)
    {
        int at = 0;
        string magic = Word(file, ref at);
        bool sizes = int.TryParse(Word(file, ref at), CultureInfo.InvariantCulture, out int width)
            & int.TryParse(Word(file, ref at), CultureInfo.InvariantCulture, out int height);
        string depth = Word(file, ref at);
        if (magic != "P6" || depth != "255" || !sizes || width <= 0 || height <= 0 || file.Length - at != (long)width * height * 3)
        {
            throw new RigException($"not a whole P6 picture: {magic} {width}x{height} {depth}, {file.Length} bytes");
        }
        return new ScreenImage(width, height, file[at..].ToArray());
    }

    /// <summary>How many pixels differ; all of them when the sizes do.</summary>
    public int Difference(ScreenImage other)
    {
        if (other.Width != Width || other.Height != Height)
        {
            return Math.Max(Width * Height, other.Width * other.Height);
        }
        if (rgb.AsSpan().SequenceEqual(other.rgb))
        {
            return 0;
        }
        int different = 0;
        for (int at = 0; at < rgb.Length; at += 3)
        {
            different += rgb.AsSpan(at, 3).SequenceEqual(other.rgb.AsSpan(at, 3)) ? 0 : 1;
        }
        return different;
    }

    /// <summary>Reads a picture that <see cref="Keep"/> wrote.</summary>
    public static ScreenImage FromKept(string path)
    {
        (int width, int height, byte[] rgb) = PngReader.Decode(File.ReadAllBytes(path));
        return new ScreenImage(width, height, rgb);
    }

    /// <summary>How many of a thousand pixels a person would see to differ: by more than a quarter of the way from black to white in a colour.</summary>
    public double VisiblePerMille(ScreenImage other)
    {
        if (other.Width != Width || other.Height != Height)
        {
            return 1000;
        }
        int visible = 0;
        for (int at = 0; at < rgb.Length; at += 3)
        {
            visible += Math.Abs(rgb[at] - other.rgb[at]) > 64 || Math.Abs(rgb[at + 1] - other.rgb[at + 1]) > 64 || Math.Abs(rgb[at + 2] - other.rgb[at + 2]) > 64 ? 1 : 0;
        }
        return 1000.0 * visible / (Width * Height);
    }

    /// <summary>How many pixels have exactly this colour (0xRRGGBB).</summary>
    public int Count(int colour)
    {
        int found = 0;
        for (int at = 0; at < rgb.Length; at += 3)
        {
            found += ((rgb[at] << 16) | (rgb[at + 1] << 8) | rgb[at + 2]) == colour ? 1 : 0;
        }
        return found;
    }

    /// <summary>Saves the picture as out/screens/NAME.png and returns that path.</summary>
    public string Save(string name)
    {
        string folder = Directory.CreateDirectory(Path.Combine(Repository.Out, "screens")).FullName;
        string file = Path.Combine(folder, $"{name}.png");
        File.WriteAllBytes(file, PngWriter.Encode(Width, Height, rgb));
        return file;
    }

    /// <summary>Writes a small file to be kept with the sources.</summary>
    public void Keep(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, PngWriter.EncodeIndexed(Width, Height, rgb));
    }

    private static string Word(ReadOnlySpan<byte> file, ref int at)
    {
        int from = at;
        while (at < file.Length && file[at] > ' ')
        {
            at++;
        }
        string word = Encoding.ASCII.GetString(file[from..at]);
        at = Math.Min(at + 1, file.Length);
        return word;
    }
}
