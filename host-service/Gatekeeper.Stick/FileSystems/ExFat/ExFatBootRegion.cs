using System.Buffers.Binary;

namespace Gatekeeper.Stick.FileSystems.ExFat;

/// <summary>Chooses the boot region to believe: the main one, or the backup when the main one's checksum is wrong (exFAT 1.00 §3).</summary>
internal static class ExFatBootRegion
{
    private const int ChecksumSector = 11;

    /// <summary>Reads and checks the boot sector of the volume.</summary>
    /// <exception cref="Gatekeeper.Release.RefusedException">Neither region is whole, or the boot sector breaks a rule.</exception>
    public static ExFatBootSector Read(SectorCache cache, SectorRange volume)
    {
        Damage.Unless(volume.Count >= 2 * ExFatBootSector.RegionSectors, "the boot regions are cut off");
        int first = IsWhole(cache, volume, 0) ? 0 : ExFatBootSector.RegionSectors;
        Damage.Unless(first == 0 || IsWhole(cache, volume, first), "both boot checksums are wrong");
        return ExFatBootSector.Parse(cache.Sector(volume.At(first)), volume.Count);
    }

    /// <summary>
    /// §3.4: the checksum runs over the first 11 sectors without VolumeFlags and PercentInUse, which change while the volume is in use;
    /// it fills the twelfth sector, repeated.
    /// </summary>
    private static bool IsWhole(SectorCache cache, SectorRange volume, int first)
    {
        uint sum = 0;
        for (int i = 0; i < ChecksumSector; i++)
        {
            ReadOnlySpan<byte> sector = cache.Sector(volume.At(first + i));
            for (int at = 0; at < sector.Length; at++)
            {
                if (i != 0 || at is not (106 or 107 or 112))
                    sum = unchecked(uint.RotateRight(sum, 1) + sector[at]);
            }
        }

        ReadOnlySpan<byte> stored = cache.Sector(volume.At(first + ChecksumSector));
        for (int at = 0; at < stored.Length; at += sizeof(uint))
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(stored[at..]) != sum)
                return false;
        }

        return true;
    }
}
