using System.Text;

namespace Gatekeeper.StickImages;

/// <summary>A fresh FAT volume as the named system leaves it (fatgen103 "Boot Sector and BPB").</summary>
/// <param name="Bits">12, 16 or 32.</param>
/// <param name="Sectors">Sectors of the volume.</param>
/// <param name="SectorSize">512 or 4096.</param>
/// <param name="SectorsPerCluster">A power of two.</param>
public sealed record FatFormat(int Bits, long Sectors, int SectorSize = 512, int SectorsPerCluster = 1)
{
    /// <summary>BS_OEMName: who formatted it.</summary>
    public string Oem { get; init; } = "MSDOS5.0";

    /// <summary>BPB_HiddSec: sectors before the volume.</summary>
    public long Hidden { get; init; }

    /// <summary>BPB_RsvdSecCnt; 0 is 32 for FAT32 and 1 for the others.</summary>
    public int Reserved { get; init; }

    /// <summary>The label, in the boot sector and as the first entry of the root directory.</summary>
    public string Label { get; init; } = "UPDATE";

    /// <summary>What stands behind the code at the end of the boot sector.</summary>
    public string Message { get; init; } = "";

    /// <summary>Where the message starts.</summary>
    public int MessageAt { get; init; } = 0x1AC;

    /// <summary>Formats an image whose bytes are zero.</summary>
    public void Write(Image image)
    {
        int reserved = Reserved != 0 ? Reserved : Bits == 32 ? 32 : 1;
        int rootEntries = Bits == 32 ? 0 : 512;
        int rootSectors = rootEntries * 32 / SectorSize;
        long clustersAtMost = (Sectors - reserved - rootSectors) / SectorsPerCluster;
        long tableSectors = ((((clustersAtMost + 2) * Bits) + 7) / 8 + SectorSize - 1) / SectorSize;
        long clusters = (Sectors - reserved - rootSectors - (2 * tableSectors)) / SectorsPerCluster;

        // fatgen103 "FAT Type Determination": below 4085 clusters FAT12, below 65525 FAT16.
        bool fits = Bits switch { 12 => clusters is > 0 and < 4085, 16 => clusters is >= 4085 and < 65525, _ => clusters is >= 65525 and < 0x0FFFFFF5 };
        if (!fits)
        {
            throw new ArgumentException($"FAT{Bits} does not have {clusters} clusters");
        }

        byte[] boot = BootSector(reserved, rootEntries, tableSectors);
        image.Write(0, boot);
        if (Bits == 32)
        {
            WriteFat32(image, boot);
        }

        for (int table = 0; table < 2; table++)
        {
            // "FAT Data Structure": entry 0 holds the media byte, entry 1 the clean marks.
            byte[] head = Bits switch { 12 => [0xF8, 0xFF, 0xFF], 16 => [0xF8, 0xFF, 0xFF, 0xFF], _ => [0xF8, 0xFF, 0xFF, 0x0F, 0xFF, 0xFF, 0xFF, 0x0F, 0xFF, 0xFF, 0xFF, 0x0F] };
            image.Write((reserved + (table * tableSectors)) * SectorSize, head);
        }

        byte[] label = new byte[32];
        Encoding.ASCII.GetBytes(Label.PadRight(11)).CopyTo(label, 0);
        label[11] = 0x08;
        image.Write((reserved + (2 * tableSectors)) * SectorSize, label);
    }

    private byte[] BootSector(int reserved, int rootEntries, long tableSectors)
    {
        MemoryImage sector = new(SectorSize);
        sector.Write(0, Bits == 32 ? [0xEB, 0x58, 0x90] : [0xEB, 0x3C, 0x90]);
        sector.Write(3, Encoding.ASCII.GetBytes(Oem.PadRight(8)));
        sector.Set16(11, SectorSize);
        sector.Set8(13, (byte)SectorsPerCluster);
        sector.Set16(14, reserved);
        sector.Set8(16, 2);
        sector.Set16(17, rootEntries);
        bool isSmall = Bits != 32 && Sectors < 65536;
        sector.Set16(19, isSmall ? (int)Sectors : 0);
        sector.Set8(21, 0xF8);
        sector.Set16(22, Bits == 32 ? 0 : (int)tableSectors);
        sector.Set16(24, 63);
        sector.Set16(26, 255);
        sector.Set32(28, Hidden & 0xFFFFFFFF);
        sector.Set32(32, isSmall ? 0 : Sectors);
        int extended = Bits == 32 ? 64 : 36;
        if (Bits == 32)
        {
            sector.Set32(36, tableSectors);
            sector.Set32(44, 2); // BPB_RootClus
            sector.Set16(48, 1); // BPB_FSInfo
            sector.Set16(50, 6); // BPB_BkBootSec
        }

        sector.Write(extended, [0x80, 0, 0x29, 0x12, 0x34, 0xAB, 0xCD]);
        sector.Write(extended + 7, Encoding.ASCII.GetBytes(Label.PadRight(11)));
        sector.Write(extended + 18, Encoding.ASCII.GetBytes($"FAT{Bits}   "));
        sector.Write(extended + 26, [0x33, 0xC9, 0x8E, 0xD1, 0xBC, 0xF4, 0x7B]); // the first instructions of Windows' code; never run here
        sector.Write(MessageAt, Encoding.Latin1.GetBytes(Message));
        sector.Write(510, [0x55, 0xAA]);
        return sector.Bytes(0, SectorSize);
    }

    // "FAT32 FSInfo Sector Structure and Backup Boot Sector": three sectors, repeated from sector 6 on.
    private void WriteFat32(Image image, byte[] boot)
    {
        foreach (long first in (long[])[0, 6])
        {
            image.Write(first * SectorSize, boot);
            long info = (first + 1) * SectorSize;
            image.Set32(info, 0x41615252);
            image.Set32(info + 484, 0x61417272);
            image.Set32(info + 488, 0xFFFFFFFF);
            image.Set32(info + 492, 0xFFFFFFFF);
            image.Set32(info + 508, 0xAA550000);
            image.Set16(((first + 2) * SectorSize) + 510, 0xAA55);
        }
    }
}
