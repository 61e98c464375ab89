using Gatekeeper.Update;
using Gatekeeper.Update.Tests.Model;

namespace Gatekeeper.Crash.Tests.Model;

/// <summary>A machine: two slot sets, a state and a data partition, a variable store, and a firmware with the rules of BOOT-CONTRACT.md.</summary>
internal sealed class Board
{
    public const int State = 4;
    public const int Data = 5;
    public const int EfiBytes = (2 * TestRelease.ChunkSize) + 4096;
    public const int SystemBytes = (2 * TestRelease.ChunkSize) + 512;
    private const int SpareBytes = 8192;
    private const int DataBytes = 1024 * 1024;
    private const int BootSectorHead = 64; // jump and BIOS parameter block of a FAT boot sector
    private static readonly string[] Names = ["esp-a", "sys-a", "esp-b", "sys-b", "state", "data"];
    private readonly Disk[] disks;

    private Board(Disk[] disks, Variables efi, IReadOnlyList<TestRelease> known, Trace? trace)
    {
        (this.disks, Efi, Known, Trace) = (disks, efi, known, trace);
        Slots = new SlotDevices((set, part) => Part(set, part));
    }

    public static SlotLayout Layout { get; } = SlotLayout.Choose([("vda", Partitions())]);

    public Variables Efi { get; }

    public IReadOnlyList<TestRelease> Known { get; }

    public Trace? Trace { get; }

    public SlotDevices Slots { get; }

    public Disk StateDisk => disks[State];

    public Disk DataDisk => disks[Data];

    /// <summary>Starts so far: each has a boot id of its own.</summary>
    public int Boots { get; set; }

    public Disk this[int number] => disks[number];

    /// <summary>Blank media and no variable at all.</summary>
    public static Board Blank(params TestRelease[] known) => new(
        [.. Names.Select((name, i) => new Disk(i, name, i switch { State => (int)StatePartition.MinBytes, Data => DataBytes, _ => (i % 2 == 0 ? EfiBytes : SystemBytes) + SpareBytes }, null))],
        new Variables(null),
        known,
        null);

    public Board Fork(Trace? trace = null) => new([.. disks.Select(d => d.Fork(trace))], Efi.Fork(trace), Known, trace) { Boots = Boots };

    public Disk Part(SlotSet set, SlotPart part) => disks[((int)set * 2) + (int)part];

    /// <summary>The set's first sectors cannot be read any more, by the firmware or by us, until they are written again.</summary>
    public void Refuse(SlotSet set)
    {
        for (int sector = 0; sector < 8; sector++)
        {
            Part(set, SlotPart.Efi)[sector] = Sector.Unreadable;
        }
    }

    /// <summary>Starts BootNext once, else the first of BootOrder that has a file system; null: none of ours.</summary>
    public (SlotSet Set, TestRelease Release)? Boot()
    {
        Boots++;
        ushort[] next = Efi.Numbers("BootNext");
        Efi.TakeBootNext();
        foreach (ushort entry in next.Concat(Efi.Numbers("BootOrder")))
        {
            if (SetOf(entry) is { } set && Starts(set) is { } release)
            {
                Efi.Set("BootCurrent", BitConverter.GetBytes(entry));
                return (set, release);
            }
        }

        Efi.Set("BootCurrent", null);
        return null;
    }

    /// <summary>Sets that the firmware may start by itself.</summary>
    public IEnumerable<SlotSet> Bootable() => Efi.Numbers("BootNext").Concat(Efi.Numbers("BootOrder")).Select(SetOf).OfType<SlotSet>();

    /// <summary>What a set starts as, by whatever hand; null when it has no file system.</summary>
    /// <exception cref="CrashViolationException">It has one and is half of something (I07).</exception>
    public TestRelease? Starts(SlotSet set)
    {
        Sector? first = Part(set, SlotPart.Efi)[0];
        if (first is null || ReferenceEquals(first, Sector.Unreadable) || first.Data[510] != 0x55 || first.Data[511] != 0xAA
            || !Known.Any(r => first.Data[..BootSectorHead].SequenceEqual(r.Efi.AsSpan(0, BootSectorHead))))
        {
            return null;
        }

        return Whole(set) ?? throw new CrashViolationException("a mixture boots", $"set {set.Letter()} has a file system and is no whole release");
    }

    /// <summary>The release that a set holds whole, or null.</summary>
    public TestRelease? Whole(SlotSet set) => Known.FirstOrDefault(r => Holds(Part(set, SlotPart.Efi), r.Efi) && Holds(Part(set, SlotPart.System), r.System));

    private static bool Holds(Disk disk, ReadOnlySpan<byte> image)
    {
        for (int at = 0; at < image.Length; at += Sector.Bytes)
        {
            ReadOnlySpan<byte> wanted = image.Slice(at, Math.Min(Sector.Bytes, image.Length - at));
            Sector? held = disk[at / Sector.Bytes];
            if (ReferenceEquals(held, Sector.Unreadable) || (held is null ? wanted.ContainsAnyExcept((byte)0) : !held.Data[..wanted.Length].SequenceEqual(wanted)))
            {
                return false;
            }
        }

        return true;
    }

    private SlotSet? SetOf(ushort entry) =>
        Efi.Read($"Boot{entry:X4}", UefiBootControl.GlobalVendor) is { } data && EfiLoadOption.Decode(data) is { } option
            ? SlotNames.Sets.Cast<SlotSet?>().FirstOrDefault(s => Layout[s!.Value, SlotPart.Efi].UniqueGuid == option.PartitionGuid)
            : null;

    private static List<GptPartition> Partitions()
    {
        string[] names = ["gk-esp-a", "gk-sys-a", "gk-esp-b", "gk-sys-b", "gk-state", "gk-data"];
        return [.. names.Select((name, i) => new GptPartition(i + 1, name, new Guid(i + 1, 2, 3, new byte[8]), 2048 * (i + 1), 2048, 512))];
    }
}
