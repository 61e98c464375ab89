using System.Buffers.Binary;
using System.Text;

namespace Gatekeeper.Signing.Sticks;

/// <summary>A fresh FAT32 volume ("Microsoft FAT Specification", 2005-08-30). Section numbers are that document's.</summary>
internal sealed class Fat32Layout : IVolumeLayout
{
    private const int ReservedSectors = 32;
    private const int RootCluster = 2;
    private const uint EndOfChain = 0x0FFF_FFFF;

    // §3.5: a volume with fewer clusters is FAT16 whatever its fields say.
    private const long MinClusters = 65_525 + 16;
    private const long MaxClusters = 0x0FFF_FFF5 - 2;

    private readonly VolumePlan _plan;
    private readonly byte[] _root;
    private readonly int _sectorsPerCluster;
    private readonly long _fatSectors;
    private readonly long _clusters;
    private readonly long[] _firstClusters;
    private readonly long _rootClusters;
    private readonly long _usedEnd;

    /// <summary>Plans the volume.</summary>
    /// <exception cref="ToolException">The size cannot be FAT32 or does not hold the files.</exception>
    internal Fat32Layout(VolumePlan plan)
    {
        _plan = plan;
        _sectorsPerCluster = SectorsPerCluster(plan.Sectors);
        long overhead = (_sectorsPerCluster * (long)VolumePlan.SectorSize) + 8;
        _fatSectors = (((plan.Sectors - ReservedSectors) * 4) + (2 * 4 * _sectorsPerCluster) + overhead - 1) / overhead;
        _clusters = (plan.Sectors - ReservedSectors - (2 * _fatSectors)) / _sectorsPerCluster;
        if (_clusters is < MinClusters or > MaxClusters || plan.Sectors > uint.MaxValue)
        {
            throw new ToolException(ExitCode.Output, $"a file system of {plan.Sectors * VolumePlan.SectorSize / (1024 * 1024)} MiB cannot be FAT32", "use 35 MiB to 2 TiB, or --fs exfat");
        }

        _firstClusters = new long[plan.Files.Count];
        _rootClusters = Clusters(FatDirectory.EntryCount(plan.Files) * 32L);
        long next = RootCluster + _rootClusters;
        for (int i = 0; i < plan.Files.Count; i++)
        {
            _firstClusters[i] = next;
            next += Clusters(plan.Files[i].Length);
        }

        _usedEnd = next;
        if (_usedEnd - RootCluster > _clusters)
        {
            throw VolumePlan.DoesNotFit("FAT32", plan.Sectors * VolumePlan.SectorSize);
        }

        _root = new byte[_rootClusters * ClusterBytes];
        FatDirectory.Write(_root, plan, _firstClusters);
    }

    /// <inheritdoc/>
    public byte PartitionType => 0x0C;

    /// <inheritdoc/>
    public IReadOnlyList<long> FileOffsets => [.. _firstClusters.Select(OffsetOf)];

    private long ClusterBytes => (long)_sectorsPerCluster * VolumePlan.SectorSize;

    /// <inheritdoc/>
    public void WriteStructures(VolumeWriter writer)
    {
        writer.Zero(0, ReservedSectors * VolumePlan.SectorSize);
        byte[] boot = BootSector();
        byte[] info = InfoSector();
        writer.Write(0, boot);
        writer.Write(1 * VolumePlan.SectorSize, info);
        writer.Write(6 * VolumePlan.SectorSize, boot);
        writer.Write(7 * VolumePlan.SectorSize, info);
        byte[] third = new byte[VolumePlan.SectorSize];
        BinaryPrimitives.WriteUInt16LittleEndian(third.AsSpan(510), 0xAA55);
        writer.Write(2 * VolumePlan.SectorSize, third);
        writer.Write(8 * VolumePlan.SectorSize, third);
        var lasts = new HashSet<long> { RootCluster + _rootClusters - 1 };
        for (int i = 0; i < _firstClusters.Length; i++)
        {
            lasts.Add(_firstClusters[i] + Clusters(_plan.Files[i].Length) - 1);
        }

        for (int copy = 0; copy < 2; copy++)
        {
            writer.WriteTable((ReservedSectors + (copy * _fatSectors)) * VolumePlan.SectorSize, _fatSectors * VolumePlan.SectorSize, _usedEnd, n => n switch
            {
                0 => 0x0FFF_FFF8, // §4: the media byte
                1 => EndOfChain, // clean, no errors
                _ => lasts.Contains(n) ? EndOfChain : (uint)(n + 1),
            });
        }

        writer.Write(OffsetOf(RootCluster), _root);
    }

    private static int SectorsPerCluster(long sectors) => sectors switch
    {
        // §3.5, the table of FAT32, from sectors of 512 bytes
        <= 532_480 => 1,
        <= 16_777_216 => 8,
        <= 33_554_432 => 16,
        <= 67_108_864 => 32,
        _ => 64,
    };

    private long Clusters(long bytes) => (bytes + ClusterBytes - 1) / ClusterBytes;

    private long OffsetOf(long cluster) => ((ReservedSectors + (2 * _fatSectors)) * VolumePlan.SectorSize) + ((cluster - 2) * ClusterBytes);

    private byte[] BootSector()
    {
        byte[] sector = new byte[VolumePlan.SectorSize];
        Span<byte> s = sector;
        new byte[] { 0xEB, 0x58, 0x90 }.CopyTo(s);
        Encoding.ASCII.GetBytes("MSWIN4.1", s[3..]); // §3.1: the name most drivers expect
        BinaryPrimitives.WriteUInt16LittleEndian(s[11..], VolumePlan.SectorSize);
        s[13] = (byte)_sectorsPerCluster;
        BinaryPrimitives.WriteUInt16LittleEndian(s[14..], ReservedSectors);
        s[16] = 2; // FATs
        s[21] = 0xF8; // media: fixed; sticks carry it too
        BinaryPrimitives.WriteUInt16LittleEndian(s[24..], 63);
        BinaryPrimitives.WriteUInt16LittleEndian(s[26..], 255);
        BinaryPrimitives.WriteUInt32LittleEndian(s[28..], (uint)_plan.FirstSector);
        BinaryPrimitives.WriteUInt32LittleEndian(s[32..], (uint)_plan.Sectors);
        BinaryPrimitives.WriteUInt32LittleEndian(s[36..], (uint)_fatSectors);
        BinaryPrimitives.WriteUInt32LittleEndian(s[44..], RootCluster);
        BinaryPrimitives.WriteUInt16LittleEndian(s[48..], 1); // FSInfo
        BinaryPrimitives.WriteUInt16LittleEndian(s[50..], 6); // backup boot sector
        s[64] = 0x80;
        s[66] = 0x29;
        BinaryPrimitives.WriteUInt32LittleEndian(s[67..], _plan.Serial);
        Encoding.ASCII.GetBytes(VolumePlan.Label.PadRight(11), s[71..]);
        Encoding.ASCII.GetBytes("FAT32   ", s[82..]);
        new byte[] { 0xF4, 0xEB, 0xFD }.CopyTo(s[90..]); // no boot code: halt
        BinaryPrimitives.WriteUInt16LittleEndian(s[510..], 0xAA55);
        return sector;
    }

    private byte[] InfoSector()
    {
        byte[] sector = new byte[VolumePlan.SectorSize];
        Span<byte> s = sector;
        BinaryPrimitives.WriteUInt32LittleEndian(s, 0x4161_5252);
        BinaryPrimitives.WriteUInt32LittleEndian(s[484..], 0x6141_7272);
        BinaryPrimitives.WriteUInt32LittleEndian(s[488..], (uint)(_clusters - (_usedEnd - RootCluster)));
        BinaryPrimitives.WriteUInt32LittleEndian(s[492..], (uint)_usedEnd);
        BinaryPrimitives.WriteUInt32LittleEndian(s[508..], 0xAA55_0000);
        return sector;
    }
}
