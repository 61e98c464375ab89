using BenchmarkDotNet.Attributes;
using Gatekeeper.Stick;
using Gatekeeper.Stick.FileSystems;
using Gatekeeper.StickImages;

namespace Gatekeeper.Benchmarks;

/// <summary>
/// Finding a release on a stick: partition table, boot sector, directory, and every link of its chain. The stick costs nothing here; how many sectors
/// the walk asks for is the other half of its time on a real one.
/// </summary>
[MemoryDiagnoser]
public class WalkBenchmarks
{
    private const int SectorsPerCluster = 8; // 4 KiB, what mkfs.vfat makes up to 8 GiB
    private const long Volume = 4L << 30;
    private Sectors sectors = null!;

    /// <summary>MiB of the file, in clusters of 4 KiB.</summary>
    [Params(64, 256, 1024)]
    public int MiB { get; set; }

    /// <summary>In one run, or no two clusters beside each other.</summary>
    [Params(Placement.Chained, Placement.Fragmented)]
    public Placement Placement { get; set; }

    /// <summary>Makes the stick.</summary>
    [GlobalSetup]
    public void Make()
    {
        var image = new MemoryImage(Volume);
        new FatFormat(32, Volume / 512, SectorsPerCluster: SectorsPerCluster).Write(image);
        VolumeWriter volume = VolumeWriter.Open(image);
        using var zeros = new Zeros((long)MiB << 20);
        volume.AddFile(volume.Root, "pm200-2.0.0.gku", zeros, new EntryStyle(Placement: Placement));
        sectors = new Sectors(image);
    }

    /// <summary>What the walker process does.</summary>
    [Benchmark]
    public int Walk() => StickWalker.Find(sectors)[0].Extents.Length;

    private sealed class Sectors(Image image) : ISectorSource
    {
        public int SectorSize => 512;

        public long SectorCount => image.Length / SectorSize;

        public void Read(long lba, Span<byte> buffer) => image.Read(lba * SectorSize, buffer);
    }

    // A file of zeros takes no memory: only where it lies is looked at.
    private sealed class Zeros(long length) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => length;

        public override long Position { get; set; }

        public override int Read(byte[] buffer, int offset, int count)
        {
            int part = (int)Math.Min(count, length - Position);
            buffer.AsSpan(offset, part).Clear();
            Position += part;
            return part;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
