using System.Buffers.Binary;
using System.Text;
using Gatekeeper.Release;
using Gatekeeper.Update;
using Gatekeeper.Update.Tests.Model;

namespace Gatekeeper.Fuzz;

/// <summary>The parsers of what stands on the device's own disk and in its firmware: code on the device, or whoever has the disk, may have written it.</summary>
internal static class DeviceTargets
{
    private const int Blocks = 128;
    private const int Table = (2 * 512) + (128 * 8);
    private static readonly byte[] Disk = GptDisk();
    private static readonly SlotLayout Layout = SlotLayout.Choose([("vda", GptTable.Read(OnDisk(Disk), 512)!)]);
    private static readonly string[] Variables = ["Boot0100", "Boot0101", "BootOrder", "BootNext", "BootCurrent", "LoaderDevicePartUUID"];

    public static IEnumerable<FuzzTarget> All =>
    [
        new("disk-gpt", () => [[.. Disk.AsSpan(0, Table), 0], [.. Disk.AsSpan(0, Table), 1]], RunDisk) { Words = Names.ToArray(), MaxAllocated = 256 * 1024 },
        new("boot-variables", () => [BootRecord([]), BootRecord([0x0007]), BootRecord([], next: 0x0101)], RunBoot) { MaxAllocated = 256L * Limits.MaxEfiVariableBytes },
    ];

    private static IEnumerable<string> Names => new[] { "gk-esp-a", "gk-esp-b", "gk-sys-a", "gk-sys-b", SlotLayout.StateName, SlotLayout.DataName }.Select(n => string.Concat(n.Select(c => $"{c}\0")));

    private static byte[] GptDisk()
    {
        var table = new GptBuilder(Blocks);
        string[] names = ["gk-esp-a", "gk-sys-a", "gk-esp-b", "gk-sys-b", SlotLayout.StateName, SlotLayout.DataName];
        for (int i = 0; i < names.Length; i++)
        {
            table.Add(names[i], 40 + (i * 8), 47 + (i * 8));
        }

        table.Write();
        return table.Disk;
    }

    private static MemoryPartition OnDisk(ReadOnlySpan<byte> head)
    {
        MemoryPartition disk = new(Blocks * 512);
        disk.Put(0, head);
        return disk;
    }

    /// <summary>The first header and eight entries; an odd last byte makes both checksums right.</summary>
    private static void RunDisk(byte[] input)
    {
        byte[] head = Disk[..((2 * 512) + (128 * 128))];
        input.AsSpan(0, Math.Min(input.Length, Table)).CopyTo(head);
        if (input.Length > Table && input[Table] % 2 == 1)
        {
            Span<byte> header = head.AsSpan(512, 92);
            int length = (int)Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(header[80..]) * 128L, head.Length - 1024);
            BinaryPrimitives.WriteUInt32LittleEndian(header[88..], Gatekeeper.Update.Crc32.Of(head.AsSpan(1024, length)));
            header[16..20].Clear();
            BinaryPrimitives.WriteUInt32LittleEndian(header[16..], Gatekeeper.Update.Crc32.Of(header));
        }

        MemoryPartition disk = OnDisk(head);
        IReadOnlyList<GptPartition> found = GptTable.Read(disk, 512) ?? throw new RefusedException(Refusal.State, "no table");
        if (found.Any(p => p.FirstLba < 2 || p.Blocks < 1 || p.FirstLba + p.Blocks > Blocks))
        {
            throw new InvalidOperationException("a partition outside the disk");
        }

        SlotLayout layout = SlotLayout.Choose([("vda", found)]);
        GptPartition[] six = [layout[SlotSet.A, SlotPart.Efi], layout[SlotSet.A, SlotPart.System], layout[SlotSet.B, SlotPart.Efi], layout[SlotSet.B, SlotPart.System], layout.State, layout.Data];
        if (six.Select(p => p.FirstLba).Distinct().Count() != six.Length)
        {
            throw new InvalidOperationException("two partitions in one place");
        }
    }

    // A variable: its number in the list, its length in 16 bits, its bytes.
    private static byte[] BootRecord(ushort[] foreign, ushort? next = null)
    {
        List<byte> all = [];
        void Add(int variable, ReadOnlySpan<byte> data) => all.AddRange([(byte)variable, (byte)data.Length, (byte)(data.Length >> 8), .. data]);
        foreach (SlotSet set in SlotNames.Sets)
        {
            GptPartition esp = Layout[set, SlotPart.Efi];
            Add((int)set, new EfiLoadOption($"Gatekeeper {set}", esp.Number, esp.FirstLba, esp.Blocks, esp.UniqueGuid, UefiBootControl.LoaderPath).Encode());
        }

        Add(2, [.. foreign.Append((ushort)0x0100).Append((ushort)0x0101).SelectMany(BitConverter.GetBytes)]);
        if (next is { } once)
        {
            Add(3, BitConverter.GetBytes(once));
        }

        Add(4, BitConverter.GetBytes((ushort)0x0100));
        Add(5, Encoding.Unicode.GetBytes(Layout[SlotSet.A, SlotPart.Efi].UniqueGuid.ToString("D") + "\0"));
        return [.. all];
    }

    private static void RunBoot(byte[] input)
    {
        var store = new EfiStore();
        for (ReadOnlySpan<byte> rest = input; rest.Length >= 3;)
        {
            int length = Math.Min(BinaryPrimitives.ReadUInt16LittleEndian(rest[1..]), Math.Min(Limits.MaxEfiVariableBytes, rest.Length - 3));
            store.Values[Variables[rest[0] % Variables.Length]] = rest.Slice(3, length).ToArray();
            rest = rest[(3 + length)..];
        }

        var control = new UefiBootControl(store, Layout);
        BootState state = control.State();
        control.SetUnbootable(SlotSet.B);
        if (control.State().Order.Contains(SlotSet.B))
        {
            throw new InvalidOperationException("a set that was made unbootable starts");
        }

        control.Provision(SlotSet.A, otherIsFallback: true);
        control.Keep(SlotSet.B, otherIsFallback: false);
        if (control.State() is not { Kept: SlotSet.B, ForeignFirst: false })
        {
            throw new InvalidOperationException("the kept set does not start first");
        }

        if (!state.Unprotected.IsEmpty)
        {
            throw new RefusedException(Refusal.BootRecord, state.Unprotected[0]);
        }
    }

    private sealed class EfiStore : IEfiVariables
    {
        public Dictionary<string, byte[]> Values { get; } = [];

        public byte[]? Read(string name, Guid vendor) => Values.GetValueOrDefault(name);

        public void Write(string name, Guid vendor, ReadOnlySpan<byte> data) => Values[name] = data.ToArray();

        public void Delete(string name, Guid vendor) => Values.Remove(name);

        public long? FreeBytes() => null;
    }
}
