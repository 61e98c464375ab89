using Gatekeeper.Release;
using Gatekeeper.Stick.FileSystems;

namespace Gatekeeper.Stick.Tests.FileSystems.Images;

/// <summary>A stick in memory that counts how often it is read.</summary>
internal sealed class MemoryStick(byte[] bytes, int sectorSize = MemoryStick.SmallSector) : ISectorSource
{
    public const int SmallSector = 512;

    public int Reads { get; private set; }

    public int SectorSize => sectorSize;

    public long SectorCount => bytes.Length / sectorSize;

    public void Read(long lba, Span<byte> buffer)
    {
        Reads++;
        bytes.AsSpan(checked((int)(lba * sectorSize)), buffer.Length).CopyTo(buffer);
    }

    /// <summary>A disk with a volume put at a sector.</summary>
    public static MemoryStick With(byte[] disk, int start, byte[] volume)
    {
        volume.CopyTo(disk, start * SmallSector);
        return new MemoryStick(disk);
    }
}

/// <summary>A stick in a sparse file.</summary>
internal sealed class FileStick(string path, int sectorSize = 512) : ISectorSource, IDisposable
{
    private readonly FileStream file = File.OpenRead(path);

    public int SectorSize => sectorSize;

    public long SectorCount => file.Length / sectorSize;

    public void Dispose() => file.Dispose();

    public void Read(long lba, Span<byte> buffer)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((lba * sectorSize) + buffer.Length, file.Length);
        file.Position = lba * sectorSize;
        file.ReadExactly(buffer);
    }
}

/// <summary>What the tests ask of a walk.</summary>
internal static class Walk
{
    /// <summary>The bytes of a file, read through its extents as gatekeeperd will.</summary>
    public static byte[] Content(ISectorSource stick, StickFile file)
    {
        MemoryStream content = new();
        foreach (Extent extent in file.Extents)
        {
            long sectors = (extent.Length + stick.SectorSize - 1) / stick.SectorSize;
            byte[] buffer = new byte[checked((int)sectors * stick.SectorSize)];
            stick.Read(extent.Lba, buffer);
            content.Write(buffer, 0, (int)extent.Length);
        }

        return content.ToArray();
    }

    /// <summary>The one file of the stick, whose content must be this.</summary>
    public static StickFile Finds(ISectorSource stick, string name, byte[] content)
    {
        StickFile file = Assert.Single(StickWalker.Find(stick));
        Assert.Equal(name, file.Name);
        Assert.Equal(content.Length, file.Length);
        Assert.True(content.AsSpan().SequenceEqual(Content(stick, file)), "the bytes read through the extents are not the file's");
        return file;
    }

    /// <summary>The walk is refused with this code, and the detail names the rule.</summary>
    public static void IsRefused(ISectorSource stick, Refusal code, string detail = "")
    {
        RefusedException refused = Assert.Throws<RefusedException>(() => StickWalker.Find(stick));
        Assert.Equal(code, refused.Code);
        Assert.Contains(detail, refused.Detail, StringComparison.Ordinal);
    }

    /// <summary>Reproducible bytes.</summary>
    public static byte[] Random(int seed, int length)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
