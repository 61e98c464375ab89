namespace Gatekeeper.Rig;

/// <summary>What a guest is made of. Defaults are the reference device: q35, OVMF, one virtio disk, xHCI, a hardware watchdog.</summary>
public sealed record Machine
{
    /// <summary>Names the log folder under out/rig; letters, digits and dashes.</summary>
    public required string Name { get; init; }

    /// <summary>The disk image, or null for none. Written to: give a private copy or overlay.</summary>
    public string? Disk { get; init; }

    /// <summary>Format of <see cref="Disk"/>: raw or qcow2.</summary>
    public string DiskFormat { get; init; } = "qcow2";

    /// <summary>The unix socket of an NBD export that is the disk, instead of <see cref="Disk"/>.</summary>
    public string? NbdSocket { get; init; }

    /// <summary>A second disk given to the guest, raw; for comparisons on another kernel.</summary>
    public string? SecondDisk { get; init; }

    /// <summary>OVMF's variable store, a private file, written to. Null starts without OVMF (SeaBIOS).</summary>
    public string? Variables { get; init; }

    /// <summary>A kernel to start directly, without a boot loader.</summary>
    public string? Kernel { get; init; }

    /// <summary>The initramfs for <see cref="Kernel"/>.</summary>
    public string? Initramfs { get; init; }

    /// <summary>The command line for <see cref="Kernel"/>; null gives none, so that a unified image uses its own.</summary>
    public string? CommandLine { get; init; } = "console=ttyS0 panic=-1";

    /// <summary>Guest memory in MiB.</summary>
    public int MemoryMiB { get; init; } = 1024;

    /// <summary>Processors; emulated ones each take a host thread.</summary>
    public int Processors { get; init; } = 2;

    /// <summary>Screen width in pixels.</summary>
    public int Width { get; init; } = 1280;

    /// <summary>Screen height in pixels.</summary>
    public int Height { get; init; } = 800;

    /// <summary>The guest is killed after this, whatever it does.</summary>
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromMinutes(6);

    /// <summary>Further QEMU arguments.</summary>
    public IReadOnlyList<string> More { get; init; } = [];

    /// <summary>OVMF's code, read only, from Debian's package ovmf.</summary>
    public const string FirmwareCode = "/usr/share/OVMF/OVMF_CODE_4M.fd";

    /// <summary>An empty variable store to copy, from Debian's package ovmf.</summary>
    public const string FirmwareVariables = "/usr/share/OVMF/OVMF_VARS_4M.fd";

    /// <summary>The command line for qemu-system-x86_64.</summary>
    /// <param name="sockets">Folder for the sockets; its path must be short.</param>
    /// <param name="logs">Folder for serial.log and trace.log.</param>
    internal List<string> Arguments(string sockets, string logs)
    {
        // The store of translated code is kept small: after a reset the old system's code is invalidated page by page, each time the new one
        // writes there, and with QEMU's own size (1 GiB) a restarted guest takes three times as long to come up (measured: 27 s, 10 s).
        // "max" promises AVX, which is slow when emulated and makes .NET throw away its precompiled code.
        List<string> a =
        [
            "-name", Name, "-nodefaults", "-no-user-config", "-display", "none",
            "-accel", "tcg,thread=multi,tb-size=128", "-machine", "q35", "-cpu", "Nehalem,+rdrand,+aes,+pclmulqdq", "-smp", $"{Processors}", "-m", $"{MemoryMiB}",
            "-device", $"bochs-display,xres={Width},yres={Height}",
            "-device", "qemu-xhci,id=usb,p2=8,p3=8",
            "-device", "i6300esb", "-action", "watchdog=reset",
            "-device", "virtio-rng-pci",
            "-audiodev", "none,id=quiet", // for a usb-audio that is plugged later
            "-chardev", $"file,id=s0,path={logs}/serial.log", "-serial", "chardev:s0",
            "-chardev", $"socket,id=s1,path={sockets}/shell,server=on,wait=off", "-serial", "chardev:s1",
            "-qmp", $"unix:{sockets}/qmp,server=on,wait=off",
            "-msg", "timestamp=on", "-D", $"{logs}/trace.log",
            "-trace", "usb_msd_cmd_submit", "-trace", "scsi_req_parsed",
        ];
        if (Variables is not null)
        {
            a.AddRange(["-drive", $"if=pflash,unit=0,format=raw,readonly=on,file={FirmwareCode}"]);
            a.AddRange(["-drive", $"if=pflash,unit=1,format=raw,file={Variables}"]);
        }
        if (NbdSocket is not null)
        {
            a.AddRange(["-blockdev", $"driver=nbd,node-name=hd,server.type=unix,server.path={NbdSocket}", "-device", "virtio-blk-pci,drive=hd"]);
        }
        else if (Disk is not null)
        {
            a.AddRange(["-blockdev", $"driver={DiskFormat},node-name=hd,file.driver=file,file.filename={Disk}", "-device", "virtio-blk-pci,drive=hd"]);
        }
        if (SecondDisk is not null)
        {
            a.AddRange(["-blockdev", $"driver=raw,node-name=hd2,file.driver=file,file.filename={SecondDisk}", "-device", "virtio-blk-pci,drive=hd2"]);
        }
        if (Kernel is not null)
        {
            a.AddRange(["-kernel", Kernel]);
            a.AddRange(CommandLine is null ? [] : ["-append", CommandLine]);
            a.AddRange(Initramfs is null ? [] : ["-initrd", Initramfs]);
        }
        a.AddRange(More);
        return a;
    }
}
