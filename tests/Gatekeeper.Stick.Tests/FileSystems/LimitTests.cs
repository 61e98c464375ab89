using System.Buffers.Binary;
using System.Diagnostics;
using Gatekeeper.Release;
using Gatekeeper.Stick.Tests.FileSystems.Images;

namespace Gatekeeper.Stick.Tests.FileSystems;

/// <summary>A device that makes its sectors up: an exFAT volume of the largest size there is, with whatever chain is the most work. Each walk must meet a limit.</summary>
public sealed class LimitTests
{
    [Fact]
    public void I11_ChainAcrossTheWholeTable_EndsAtALimit() => EndsAtALimit(cluster => cluster + 1);

    [Fact]
    public void I11_ChainOfSingleClusters_EndsAtTheExtentLimit() => EndsAtALimit(cluster => cluster + 2, "extents");

    /// <summary>Each entry in another line of the cache: as many reads as steps.</summary>
    [Fact]
    public void I11_ChainThatJumps_EndsAtTheReadLimit() => EndsAtALimit(cluster => cluster + 100_000, "reads");

    /// <summary>A loop that stays in the cache and joins into few extents: no reads, only steps.</summary>
    [Fact]
    public void I11_LongLoop_EndsAtTheStepLimit() => EndsAtALimit(cluster => cluster == 100_000 ? 10 : cluster + 1, "cluster steps");

    [Fact]
    public void I11_RandomChain_EndsAtALimit() => EndsAtALimit(cluster => 2 + (uint)((cluster * 2654435761ul) % 4_000_000_000ul));

    private static void EndsAtALimit(Func<uint, uint> next, string limit = "our limit")
    {
        EndlessStick stick = new(next);
        Stopwatch time = Stopwatch.StartNew();
        Walk.IsRefused(stick, Refusal.FileSystemDamaged, limit);
        Assert.InRange(stick.Reads, 1, Limits.MaxWalkReads);
        Assert.True(time.Elapsed < TimeSpan.FromSeconds(Limits.VerdictSeconds / 2), $"{time.Elapsed}");
    }

    private sealed class EndlessStick : ISectorSource
    {
        private const long TableSector = 256;
        private const long TableSectors = 1L << 25;
        private const long HeapSector = TableSector + TableSectors;
        private readonly ExFatImage image = ExFatImage.Empty();
        private readonly Func<uint, uint> next;

        public EndlessStick(Func<uint, uint> next)
        {
            this.next = next;
            byte[] root = image.Bytes.AsSpan(image.ClusterOffset(image.RootCluster), 512).ToArray();
            new EntrySet("a.gku", 0x20, false, 10, ((ulong)uint.MaxValue - 100) * 4096).Seal().CopyTo(root, image.EndOf(image.RootCluster) - image.ClusterOffset(image.RootCluster));
            RootEntries = root;
            image.Boot64(72, (ulong)SectorCount).Boot32(80, (uint)TableSector).Boot32(84, (uint)TableSectors)
                .Boot32(88, (uint)HeapSector).Boot32(92, uint.MaxValue - 10).Boot32(96, 2);
        }

        public int Reads { get; private set; }

        public int SectorSize => 512;

        public long SectorCount => 1L << 40;

        private byte[] RootEntries { get; }

        public void Read(long lba, Span<byte> buffer)
        {
            Reads++;
            for (int at = 0; at < buffer.Length; at += 512, lba++)
                Sector(lba, buffer.Slice(at, 512));
        }

        private void Sector(long lba, Span<byte> sector)
        {
            sector.Clear();
            if (lba < 24)
                image.Bytes.AsSpan((int)lba * 512, 512).CopyTo(sector);
            else if (lba == HeapSector)
                RootEntries.CopyTo(sector);
            else if (lba is >= TableSector and < HeapSector)
            {
                for (int i = 0; i < 128; i++)
                    BinaryPrimitives.WriteUInt32LittleEndian(sector[(i * 4)..], next((uint)(((lba - TableSector) * 128) + i)));
            }
        }
    }
}
