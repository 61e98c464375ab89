using System.Text;

namespace Gatekeeper.StickImages;

/// <summary>What each system leaves on every stick it sees. None of it may be taken for a release, though some of it is called like one.</summary>
public static class Litter
{
    private const int Hidden = 0x02;
    private const int HiddenSystem = 0x06;

    // A deleted or half-copied release lies among the litter: its bytes are not a release.
    private static readonly byte[] Old = Encoding.ASCII.GetBytes("not a release");

    /// <summary>What is there before a file is copied.</summary>
    public static StickTree Before(Maker maker) => maker switch
    {
        Maker.Windows => Windows(),
        Maker.MacOs => MacOs(),
        Maker.Linux => Linux(),
        Maker.Android => Android(),
        _ => new StickTree(),
    };

    /// <summary>What a copy adds.</summary>
    /// <param name="maker">The system that copies.</param>
    /// <param name="paths">The files that were copied to the stick.</param>
    public static StickTree After(Maker maker, IEnumerable<string> paths)
    {
        StickTree tree = new();
        if (maker != Maker.MacOs)
        {
            return tree;
        }

        foreach (string path in paths)
        {
            int slash = path.LastIndexOf('/') + 1;
            tree.File($"{path[..slash]}._{path[slash..]}", AppleDouble(), Hidden);
        }

        return tree.File(".DS_Store", [0, 0, 0, 1, .. "Bud1"u8, .. new byte[6140]], Hidden);
    }

    // Windows 8 and later: System Volume Information with the indexer's two files at the first plug; the bin without a folder for each user,
    // because FAT and exFAT know no owners. The bin keeps the extension: $Rxxxxxx.gku is a deleted release.
    private static StickTree Windows() => new StickTree()
        .Folder("System Volume Information", HiddenSystem)
        .File("System Volume Information/WPSettings.dat", [0x0C, 0, 0, 0, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88])
        .File("System Volume Information/IndexerVolumeGuid", Encoding.Unicode.GetBytes("{6B670005-0000-4000-8000-000000000001}"))
        .Folder("$RECYCLE.BIN", HiddenSystem)
        .File("$RECYCLE.BIN/desktop.ini", Encoding.ASCII.GetBytes("[.ShellClassInfo]\r\nCLSID={645FF040-5081-101B-9F08-00AA002F954E}\r\n"), 0x26)
        .File("$RECYCLE.BIN/$IK3F9QX.gku", new byte[544])
        .File("$RECYCLE.BIN/$RK3F9QX.gku", Old)
        .File("desktop.ini", Old, 0x26)
        .File("Thumbs.db", Old, 0x26)
        .File("~$minutes of the ward round.docx", Old, 0x22)
        .File("pm200-2.0.0.gku.crdownload", Old)
        .File("autorun.inf", Encoding.ASCII.GetBytes("[autorun]\r\nopen=setup.exe\r\n"));

    // macOS: three hidden folders at the first mount. On volumes without extended attributes each of them is a file "._name" in AppleDouble form.
    private static StickTree MacOs() => new StickTree()
        .Folder(".Spotlight-V100", Hidden)
        .Folder(".Spotlight-V100/Store-V2", Hidden)
        .File(".Spotlight-V100/VolumeConfiguration.plist", Old)
        .Folder(".fseventsd", Hidden)
        .File(".fseventsd/fseventsd-uuid", Encoding.ASCII.GetBytes("6B670006-0000-4000-8000-000000000001"))
        .File(".fseventsd/0000000000a1b2c3", Old)
        .Folder(".Trashes", Hidden)
        .Folder(".Trashes/501", Hidden)
        .File(".Trashes/501/pm200-1.0.0.gku", Old)
        .File("._.Trashes", AppleDouble(), Hidden)
        .File(".apdisk", Old, Hidden)
        .File("Re\u0301union du service.txt", Old) // file names are decomposed (NFD)
        .File("Release fu\u0308r Station 3.gku", Old);

    // The Trash specification of freedesktop.org 1.0; editors' and browsers' copies.
    private static StickTree Linux() => new StickTree()
        .Folder("lost+found")
        .Folder(".Trash-1000")
        .Folder(".Trash-1000/files")
        .Folder(".Trash-1000/info")
        .File(".Trash-1000/files/pm200-1.0.0.gku", Old)
        .File(".Trash-1000/info/pm200-1.0.0.gku.trashinfo", Old)
        .File(".directory", Old)
        .File(".goutputstream-K3F9QX.gku", Old)
        .File("pm200-2.0.0.gku.part", Old)
        .File("pm200-2.0.0.gku~", Old)
        .File(".~lock.minutes.odt#", Old);

    private static StickTree Android() => new StickTree()
        .Folder("Android")
        .Folder("Android/data")
        .Folder("LOST.DIR")
        .File("LOST.DIR/1042.gku", Old)
        .Folder("DCIM")
        .Folder("DCIM/.thumbnails")
        .File("DCIM/.nomedia", [])
        .Folder("Download")
        .File("Download/.pending-1700000000-pm200-2.0.0.gku", Old)
        .File("Download/pm200-1.0.0.gku", Old)
        .File(".trashed-1700000000-pm200-1.0.0.gku", Old);

    // RFC 1740 appendix B: magic 00051607, version 2, as macOS fills it: 4096 bytes.
    private static byte[] AppleDouble() =>
        [0, 5, 0x16, 7, 0, 2, 0, 0, .. "Mac OS X        "u8, 0, 2, 0, 0, 0, 9, 0, 0, 0, 0x32, 0, 0, 0x0E, 0xB0, 0, 0, 0, 2, 0, 0, 0x0E, 0xE2, 0, 0, 1, 0x1E, .. new byte[4096 - 50]];
}
