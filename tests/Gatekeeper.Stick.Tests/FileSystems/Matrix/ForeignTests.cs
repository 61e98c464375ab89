using System.Text;
using Gatekeeper.Release;
using Gatekeeper.Stick.FileSystems;
using Gatekeeper.Stick.Tests.FileSystems.Images;
using Xunit.Abstractions;

namespace Gatekeeper.Stick.Tests.FileSystems.Matrix;

/// <summary>What is not FAT or exFAT is called that, so that service mode can say "format FAT32 or exFAT"; what is readable and has no release is called that.</summary>
public sealed class ForeignTests(ITestOutputHelper output)
{
    private const int Bytes = 4 << 20;

    private static readonly Dictionary<string, Func<int, Image>> Foreign = new()
    {
        ["empty"] = _ => new MemoryImage(Bytes),
        ["all ones"] = _ => With((0, Enumerable.Repeat((byte)0xFF, Bytes).ToArray())),
        ["noise"] = _ => With((0, Walk.Random(77, Bytes))),

        // The boot sector of NTFS, as the NTFS documentation of the Linux kernel and libfsntfs have it: a BPB without reserved sectors and without FATs.
        ["NTFS"] = size => With((0, [0xEB, 0x52, 0x90, .. "NTFS    "u8, .. U16(size), 8, 0, 0, 0, 0, 0, 0, 0, 0xF8, 0, 0, 0x3F, 0, 0xFF, 0]), (36, [0x80, 0, 0x80, 0]), (510, [0x55, 0xAA])),
        ["BitLocker"] = size => With((0, [0xEB, 0x58, 0x90, .. "-FVE-FS-"u8, .. U16(size), 8, 0, 0, 0, 0, 0, 0, 0, 0xF8]), (510, [0x55, 0xAA])),
        ["ReFS"] = _ => With((0, [0, 0, 0, .. "ReFS"u8, 0, 0, 0, 0, 0, .. "FSRS"u8])),
        ["ext4"] = _ => Mkfs("mkfs.ext4", "-q", "-F"),
        ["ext2"] = _ => Mkfs("mkfs.ext2", "-q", "-F"),
        ["minix"] = _ => Mkfs("mkfs.minix"),

        // Apple TN1150: the volume header lies at byte 1024, big-endian, "H+" version 4 or "HX" version 5; the boot blocks before it are zero.
        ["HFS+"] = _ => With((1024, [.. "H+"u8, 0, 4])),
        ["HFSX"] = _ => With((1024, [.. "HX"u8, 0, 5])),
        ["HFS"] = _ => With((1024, [.. "BD"u8])),

        // Apple File System Reference: nx_superblock_t has a checksum and an object header of 32 bytes, then "NXSB".
        ["APFS"] = _ => With((0, [.. Walk.Random(5, 8), 1, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0x80, 0, 0, 0, 0, .. "NXSB"u8, 0, 0x10, 0, 0])),
        ["ISO 9660"] = _ => With((32768, [1, .. "CD001"u8, 1])),
        ["UDF"] = _ => With((32768, [0, .. "BEA01"u8, 1]), (34816, [0, .. "NSR03"u8, 1])),
        ["LUKS"] = _ => With((0, [.. "LUKS"u8, 0xBA, 0xBE, 0, 2])),
        ["squashfs"] = _ => With((0, [.. "hsqs"u8])),
        ["F2FS"] = _ => With((1024, [0x10, 0x20, 0xF5, 0xF2])),
        ["btrfs"] = _ => With((65600, Encoding.ASCII.GetBytes("_BHRfS_M"))),
        ["XFS"] = _ => With((0, [.. "XFSB"u8])),
    };

    public static TheoryData<int> SectorSizes => [512, 4096];

    [Theory]
    [MemberData(nameof(SectorSizes))]
    public void NotFatAndNotExFat_IsNoFileSystem(int sectorSize)
    {
        List<(string, string?)> rows = [];
        foreach ((string name, Func<int, Image> make) in Foreign)
        {
            Image volume = make(sectorSize);
            foreach (Partitioning label in Enum.GetValues<Partitioning>())
            {
                Image stick = StickMaker.Assemble(volume, label, Maker.Mkfs, sectorSize, VolumeKind.Fat32);
                rows.Add(($"{name}|{label}", Refused(new ImageStick(stick, sectorSize), Refusal.NoFileSystem)));
            }
        }

        MatrixReport.Judge(output, $"Not read, sectors of {sectorSize}", "content|table", rows);
    }

    /// <summary>Names a release must not have, each alone on the stick among every system's litter.</summary>
    [Fact]
    public void ReleaseNamedInAWayThatIsNotAccepted_IsNoRelease()
    {
        List<(string, string?)> rows = [];
        foreach (VolumeKind kind in Enum.GetValues<VolumeKind>())
        {
            foreach (Maker maker in Enum.GetValues<Maker>())
            {
                foreach (string path in (string[])["\u00e4.gku", "pm200-\u0662.0.0.gku", "\u043fm200.gku", "pm200\uff0egku", "u\u0308.gku", "\U0001F489.gku", ".pm200-2.0.0.gku", "._pm200-2.0.0.gku",
                    "pm200.gku.1", "pm200.gku.100", "pm200,2.gku", "pm200[2].gku", "gatekeeper/.a.gku", "gatekeeper/\u00e4.gku", "gatekeeper/old/a.gku", "gatekeeper2/a.gku", "releases/a.gku", "\u0262atekeeper/a.gku"])
                {
                    MemoryImage volume = StickMaker.Format(maker, kind);
                    StickMaker.Fill(volume, maker, Alone(path));
                    rows.Add(($"{kind}|{maker}|{Readable(path)}", Refused(new ImageStick(volume, 512), Refusal.NoRelease)));
                }
            }
        }

        MatrixReport.Judge(output, "No release", "file system|maker|only file", rows);
    }

    private static StickTree Alone(string path)
    {
        StickTree tree = new();
        for (int slash = path.IndexOf('/', StringComparison.Ordinal); slash >= 0; slash = path.IndexOf('/', slash + 1))
            tree.Folder(path[..slash]);
        return tree.File(path, Walk.Random(3, 5000));
    }

    private static string? Refused(ISectorSource stick, Refusal code)
    {
        try
        {
            return $"found {string.Join(", ", StickWalker.Find(stick).Select(file => file.Name))}";
        }
        catch (RefusedException refused)
        {
            return refused.Code == code ? null : $"{refused.Code}: {refused.Detail}";
        }
    }

    private static string Readable(string name) => string.Concat(name.Select(c => c is >= ' ' and <= '~' ? $"{c}" : $"\\u{(int)c:x4}"));

    private static byte[] U16(int value) => [(byte)(value & 0xFF), (byte)(value >> 8)];

    private static MemoryImage With(params (long At, byte[] Bytes)[] parts)
    {
        MemoryImage image = new(Bytes);
        foreach ((long at, byte[] bytes) in parts)
            image.Write(at, bytes);
        return image;
    }

    private static MemoryImage Mkfs(string tool, params string[] options)
    {
        using Scratch scratch = new();
        string path = scratch.Image("image", Bytes);
        Tool.Run(tool, [.. options, path]);
        return MemoryImage.Load(path);
    }
}
