using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Gatekeeper.Signing.Sticks;

/// <summary>A fresh exFAT volume ("exFAT file system specification", revision 1.00). Section numbers are that document's.</summary>
internal sealed class ExFatLayout : IVolumeLayout
{
    private const int FatOffset = 2048; // sectors; §3.1.5: 24 or more, here whole erase blocks
    private const uint EndOfChain = 0xFFFF_FFFF;

    private readonly VolumePlan _plan;
    private readonly int _clusterShift;
    private readonly long _fatSectors;
    private readonly long _heapSector;
    private readonly long _clusters;
    private readonly long _upcaseCluster;
    private readonly long _rootCluster;
    private readonly long[] _firstClusters;
    private readonly long _usedEnd;
    private readonly byte[] _root;

    /// <summary>Plans the volume.</summary>
    /// <exception cref="ToolException">The size is too small for exFAT or for the files.</exception>
    internal ExFatLayout(VolumePlan plan)
    {
        _plan = plan;
        _clusterShift = ClusterShift(plan.Sectors);
        long sectorsPerCluster = 1L << _clusterShift;
        long mostClusters = (plan.Sectors - FatOffset) / sectorsPerCluster;
        if (mostClusters < 16)
        {
            throw new ToolException(ExitCode.Output, $"a file system of {plan.Sectors * VolumePlan.SectorSize / (1024 * 1024)} MiB is too small for exFAT", "use 4 MiB or more");
        }

        _fatSectors = RoundUp(((mostClusters + 2) * 4) + VolumePlan.SectorSize - 1, VolumePlan.SectorSize) / VolumePlan.SectorSize;
        _heapSector = RoundUp(FatOffset + _fatSectors, Math.Max(sectorsPerCluster, FatOffset));
        _clusters = Math.Max(0, (plan.Sectors - _heapSector) / sectorsPerCluster);
        _upcaseCluster = 2 + Clusters(BitmapBytes);
        _rootCluster = _upcaseCluster + Clusters(UpcaseTable.Bytes.Length);
        long next = _rootCluster + Clusters(ExFatDirectory.EntryCount(plan.Files) * 32L);
        _firstClusters = new long[plan.Files.Count];
        for (int i = 0; i < plan.Files.Count; i++)
        {
            _firstClusters[i] = next;
            next += Clusters(plan.Files[i].Length);
        }

        _usedEnd = next;
        if (_usedEnd - 2 > _clusters)
        {
            throw VolumePlan.DoesNotFit("exFAT", plan.Sectors * VolumePlan.SectorSize);
        }

        _root = new byte[Clusters(ExFatDirectory.EntryCount(plan.Files) * 32L) * ClusterBytes];
        ExFatDirectory.Write(_root, plan, _firstClusters, bitmapBytes: BitmapBytes, upcaseCluster: (uint)_upcaseCluster);
    }

    /// <inheritdoc/>
    public byte PartitionType => 0x07;

    /// <inheritdoc/>
    public IReadOnlyList<long> FileOffsets => [.. _firstClusters.Select(OffsetOf)];

    private long ClusterBytes => (long)VolumePlan.SectorSize << _clusterShift;

    private long BitmapBytes => (_clusters + 7) / 8;

    /// <inheritdoc/>
    public void WriteStructures(VolumeWriter writer)
    {
        writer.Zero(0, _heapSector * VolumePlan.SectorSize);
        byte[] region = BootRegion();
        writer.Write(0, region);
        writer.Write(region.Length, region);
        writer.WriteTable((long)FatOffset * VolumePlan.SectorSize, _fatSectors * VolumePlan.SectorSize, _firstClusters.Length == 0 ? _usedEnd : _firstClusters[0], Chain);
        WriteBitmap(writer);
        byte[] upcase = new byte[Clusters(UpcaseTable.Bytes.Length) * ClusterBytes];
        UpcaseTable.Bytes.CopyTo(upcase, 0);
        writer.Write(OffsetOf(_upcaseCluster), upcase);
        writer.Write(OffsetOf(_rootCluster), _root);
    }

    private static int ClusterShift(long sectors) => sectors switch
    {
        // Microsoft's defaults: 4 KiB to 256 MiB, 32 KiB to 32 GiB, 128 KiB above
        <= 524_288 => 3,
        <= 67_108_864 => 6,
        _ => 8,
    };

    private static long RoundUp(long value, long unit) => (value + unit - 1) / unit * unit;

    private long Clusters(long bytes) => (bytes + ClusterBytes - 1) / ClusterBytes;

    private long OffsetOf(long cluster) => (_heapSector * VolumePlan.SectorSize) + ((cluster - 2) * ClusterBytes);

    // §4.1. The files have no chain: their entries say NoFatChain, they lie in one piece.
    private uint Chain(long entry) => entry switch
    {
        0 => 0xFFFF_FFF8,
        1 => EndOfChain,
        _ when entry + 1 == _upcaseCluster || entry + 1 == _rootCluster || entry + 1 == (_firstClusters.Length == 0 ? _usedEnd : _firstClusters[0]) => EndOfChain,
        _ => (uint)(entry + 1),
    };

    // §7.1: one bit a cluster, the first one for cluster 2.
    private void WriteBitmap(VolumeWriter writer)
    {
        long used = _usedEnd - 2;
        byte[] bitmap = new byte[Clusters(BitmapBytes) * ClusterBytes];
        bitmap.AsSpan(0, (int)(used / 8)).Fill(0xFF);
        if (used % 8 != 0)
        {
            bitmap[used / 8] = (byte)((1 << (int)(used % 8)) - 1);
        }

        writer.Write(OffsetOf(2), bitmap);
    }

    // §3: boot sector, 8 extended boot sectors, OEM parameters, a reserved sector, the checksum's sector.
    private byte[] BootRegion()
    {
        byte[] region = new byte[12 * VolumePlan.SectorSize];
        BootSector(region.AsSpan(0, VolumePlan.SectorSize));
        for (int sector = 1; sector <= 8; sector++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(region.AsSpan((sector * VolumePlan.SectorSize) + 508), 0xAA55_0000);
        }

        uint sum = 0;
        for (int i = 0; i < 11 * VolumePlan.SectorSize; i++)
        {
            // §3.4: VolumeFlags and PercentInUse change in use and do not count
            sum = i is 106 or 107 or 112 ? sum : unchecked(BitOperations.RotateRight(sum, 1) + region[i]);
        }

        for (int i = 0; i < VolumePlan.SectorSize; i += 4)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(region.AsSpan((11 * VolumePlan.SectorSize) + i), sum);
        }

        return region;
    }

    private void BootSector(Span<byte> s)
    {
        new byte[] { 0xEB, 0x76, 0x90 }.CopyTo(s);
        Encoding.ASCII.GetBytes("EXFAT   ", s[3..]);
        BinaryPrimitives.WriteUInt64LittleEndian(s[64..], (ulong)_plan.FirstSector);
        BinaryPrimitives.WriteUInt64LittleEndian(s[72..], (ulong)_plan.Sectors);
        BinaryPrimitives.WriteUInt32LittleEndian(s[80..], FatOffset);
        BinaryPrimitives.WriteUInt32LittleEndian(s[84..], (uint)_fatSectors);
        BinaryPrimitives.WriteUInt32LittleEndian(s[88..], (uint)_heapSector);
        BinaryPrimitives.WriteUInt32LittleEndian(s[92..], (uint)_clusters);
        BinaryPrimitives.WriteUInt32LittleEndian(s[96..], (uint)_rootCluster);
        BinaryPrimitives.WriteUInt32LittleEndian(s[100..], _plan.Serial);
        BinaryPrimitives.WriteUInt16LittleEndian(s[104..], 0x0100); // revision 1.00
        s[108] = 9; // BytesPerSectorShift
        s[109] = (byte)_clusterShift;
        s[110] = 1; // NumberOfFats
        s[111] = 0x80;
        s[112] = (byte)((_usedEnd - 2) * 100 / _clusters); // PercentInUse
        s[120..510].Fill(0xF4); // §3.1.17: no boot code: halt
        BinaryPrimitives.WriteUInt16LittleEndian(s[510..], 0xAA55);
    }
}
