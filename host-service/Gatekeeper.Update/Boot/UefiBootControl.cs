using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Gatekeeper.Release;

namespace Gatekeeper.Update;

/// <summary>
/// The boot switch of UEFI firmware (UEFI 2.10 §3.1): <c>Boot0100</c> is set a, <c>Boot0101</c> set b, the head of <c>BootOrder</c> is
/// the kept set, <c>BootNext</c> is the trial. What the firmware appends behind ours is left where it is.
/// </summary>
public sealed class UefiBootControl(IEfiVariables variables, SlotLayout layout) : IBootControl
{
    /// <summary>The loader's path on a set's EFI system partition. Private: no firmware looks there by itself.</summary>
    public const string LoaderPath = @"\EFI\gk\slot.efi";

    private const int HeadroomBytes = 1024; // the two entries and the order take 300 bytes; stores count records larger than their data
    private const ushort FirstEntry = 0x0100;

    /// <summary>EFI_GLOBAL_VARIABLE (UEFI 2.10 §3.3).</summary>
    public static readonly Guid GlobalVendor = new("8be4df61-93ca-11d2-aa0d-00e098032b8c");

    /// <summary>The vendor GUID of the boot loader interface, which systemd-stub fills.</summary>
    public static readonly Guid LoaderVendor = new("4a67b082-0a4c-41cf-b6c7-440b29bb8c4f");

    /// <inheritdoc/>
    public BootState State()
    {
        var wrong = ImmutableArray.CreateBuilder<string>();
        foreach (SlotSet set in SlotNames.Sets)
        {
            byte[]? entry = Read(EntryName(Entry(set)));
            if (entry is null)
            {
                wrong.Add($"boot entry {EntryName(Entry(set))} is missing");
            }
            else if (!IsOurs(entry, set))
            {
                wrong.Add($"boot entry {EntryName(Entry(set))} does not start set {set.Letter()}");
            }
        }

        List<ushort> order = Order();
        int lastOfOurs = order.FindLastIndex(e => SetOf(e) is not null);
        List<ushort> foreign = [.. order.Take(lastOfOurs < 0 ? order.Count : lastOfOurs).Where(e => SetOf(e) is null)];
        wrong.AddRange(foreign.Select(e => $"boot entry {EntryName(e)} stands before ours"));
        SlotSet? kept = lastOfOurs < 0 ? null : SetOf(order.First(e => SetOf(e) is not null));
        SlotSet? running = Running(wrong);
        return new BootState(running, kept, ReadNumber("BootNext") is { } next ? SetOf(next) : null, running is not null && running != kept, [.. order.Select(SetOf).OfType<SlotSet>().Distinct()], foreign.Count > 0, wrong.ToImmutable());
    }

    /// <inheritdoc/>
    public bool HasSpace() => Guarded(() => variables.FreeBytes()) is not { } free || free >= HeadroomBytes;

    /// <inheritdoc/>
    public void SetUnbootable(SlotSet set)
    {
        ushort entry = Entry(set);
        List<ushort> order = Order();
        if (order.Contains(entry))
        {
            WriteOrder([.. order.Where(e => e != entry)]);
        }

        if (ReadNumber("BootNext") == entry)
        {
            Guarded(() => variables.Delete("BootNext", GlobalVendor));
            if (ReadNumber("BootNext") == entry)
            {
                throw new RefusedException(Refusal.BootRecord, "BootNext still names the set that is made unbootable");
            }
        }
    }

    /// <inheritdoc/>
    public void Try(WrittenSlot slot)
    {
        ArgumentNullException.ThrowIfNull(slot);
        ushort entry = Entry(slot.Set);
        RequireEntry(slot.Set);
        if (ReadNumber("BootNext") == entry)
        {
            return;
        }

        Write("BootNext", Bytes([entry]));
    }

    /// <inheritdoc/>
    public void Keep(SlotSet running, bool otherIsFallback)
    {
        RequireEntry(running);
        List<ushort> order = Order();
        List<ushort> wanted = [Entry(running)];
        if (otherIsFallback)
        {
            wanted.Add(Entry(running.Other()));
        }

        wanted.AddRange(order.Where(e => SetOf(e) is null));
        if (!order.SequenceEqual(wanted))
        {
            WriteOrder(wanted);
        }
    }

    /// <inheritdoc/>
    public void Provision(SlotSet running, bool otherIsFallback)
    {
        foreach (SlotSet set in SlotNames.Sets)
        {
            byte[] wanted = Option(set).Encode();
            if (!wanted.AsSpan().SequenceEqual(Read(EntryName(Entry(set)))))
            {
                Write(EntryName(Entry(set)), wanted);
            }
        }

        Keep(running, otherIsFallback);
    }

    private SlotSet? Running(ImmutableArray<string>.Builder wrong)
    {
        if (ReadNumber("BootCurrent") is not { } current || SetOf(current) is not { } set)
        {
            wrong.Add("the running system was not started by an entry of ours");
            return null;
        }

        if (!IsOurs(Read(EntryName(current)), set))
        {
            return null; // named above already
        }

        // The stub says which partition it was loaded from. Firmware that starts something else under our entry's number is caught here.
        byte[]? loaded = Guarded(() => variables.Read("LoaderDevicePartUUID", LoaderVendor));
        if (loaded is not null && (!Guid.TryParse(Encoding.Unicode.GetString(loaded).TrimEnd('\0'), out Guid guid) || guid != layout[set, SlotPart.Efi].UniqueGuid))
        {
            wrong.Add("the loader came from another partition than its boot entry names");
            return null;
        }

        return set;
    }

    private EfiLoadOption Option(SlotSet set)
    {
        GptPartition esp = layout[set, SlotPart.Efi];
        return new EfiLoadOption($"Gatekeeper {set}", esp.Number, esp.FirstLba, esp.Blocks, esp.UniqueGuid, LoaderPath);
    }

    // The firmware matches a hard-drive node by GUID alone, and the description is only shown: those three may differ, the rest may not.
    private bool IsOurs(byte[]? entry, SlotSet set) =>
        entry is not null && EfiLoadOption.Decode(entry) is { } option
        && option.PartitionGuid == layout[set, SlotPart.Efi].UniqueGuid
        && string.Equals(option.File, LoaderPath, StringComparison.Ordinal);

    private void RequireEntry(SlotSet set)
    {
        if (!IsOurs(Read(EntryName(Entry(set))), set))
        {
            throw new RefusedException(Refusal.BootRecord, $"boot entry {EntryName(Entry(set))} does not start set {set.Letter()}");
        }
    }

    private static ushort Entry(SlotSet set) => (ushort)(FirstEntry + (int)set);

    private static SlotSet? SetOf(ushort entry) => entry is FirstEntry or FirstEntry + 1 ? (SlotSet)(entry - FirstEntry) : null;

    private static string EntryName(ushort entry) => string.Create(CultureInfo.InvariantCulture, $"Boot{entry:X4}");

    private List<ushort> Order()
    {
        byte[] data = Read("BootOrder") ?? [];
        if (data.Length % 2 != 0)
        {
            throw new RefusedException(Refusal.BootRecord, "BootOrder has half an entry");
        }

        return [.. Enumerable.Range(0, data.Length / 2).Select(i => BinaryPrimitives.ReadUInt16LittleEndian(data.AsSpan(i * 2)))];
    }

    private ushort? ReadNumber(string name) => Read(name) switch
    {
        null => null,
        { Length: 2 } data => BinaryPrimitives.ReadUInt16LittleEndian(data),
        _ => throw new RefusedException(Refusal.BootRecord, $"{name} is not two bytes"),
    };

    private void WriteOrder(List<ushort> order) => Write("BootOrder", Bytes(order));

    private static byte[] Bytes(List<ushort> entries)
    {
        byte[] data = new byte[entries.Count * 2];
        for (int i = 0; i < entries.Count; i++)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(data.AsSpan(i * 2), entries[i]);
        }

        return data;
    }

    private byte[]? Read(string name) => Guarded(() => variables.Read(name, GlobalVendor));

    private void Write(string name, byte[] data)
    {
        Guarded(() => variables.Write(name, GlobalVendor, data));
        if (!data.AsSpan().SequenceEqual(Read(name)))
        {
            throw new RefusedException(Refusal.BootRecord, $"{name} does not hold what was written");
        }
    }

    private static void Guarded(Action action) => Guarded<object?>(() =>
    {
        action();
        return null;
    });

    private static T Guarded<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (IOException e)
        {
            throw new RefusedException(Refusal.BootRecord, $"variable store failed: {e.Message}");
        }
    }
}
