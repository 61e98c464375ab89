using System.Text;
using Gatekeeper.Release;
using Gatekeeper.Update.Tests.Model;

namespace Gatekeeper.Update.Tests;

public sealed class UefiBootControlTests
{
    private const ushort A = 0x0100;
    private const ushort B = 0x0101;
    private readonly MemoryEfiVariables efi = new(new PowerLine());
    private readonly UefiBootControl boot;

    public UefiBootControlTests()
    {
        boot = new UefiBootControl(efi, Machine.Layout);
        boot.Provision(SlotSet.A, otherIsFallback: true);
        efi.SetNumbers("BootCurrent", A);
        efi.Changes.Clear();
    }

    [Fact]
    public void Provision_MakesEntriesAndOrder_AndSkipsWhatHolds()
    {
        Assert.Equal([A, B], efi.Numbers("BootOrder"));
        Assert.Equal(Machine.Layout[SlotSet.B, SlotPart.Efi].UniqueGuid, EfiLoadOption.Decode(efi.Read("Boot0101", UefiBootControl.GlobalVendor)!)!.PartitionGuid);
        boot.Provision(SlotSet.A, otherIsFallback: true);
        Assert.Empty(efi.Changes);
        BootState state = boot.State();
        Assert.Equal((SlotSet.A, SlotSet.A, null, false), (state.Running, state.Kept, state.Next, state.OnTrial));
        Assert.Empty(state.Unprotected);
    }

    [Theory]
    [InlineData(new ushort[] { A, B, 3, 4 }, new ushort[] { A, B, 3, 4 }, true, 0)]
    [InlineData(new ushort[] { A, B, 3, 4 }, new ushort[] { A, 3, 4 }, false, 1)]
    [InlineData(new ushort[] { B, A, 3 }, new ushort[] { A, B, 3 }, true, 1)]
    [InlineData(new ushort[] { 3, B, 4, A, 5 }, new ushort[] { A, B, 3, 4, 5 }, true, 1)]
    [InlineData(new ushort[] { 3, 4 }, new ushort[] { A, 3, 4 }, false, 1)]
    [InlineData(new ushort[] { }, new ushort[] { A, B }, true, 1)]
    [InlineData(new ushort[] { A, 7, 7, A }, new ushort[] { A, 7, 7 }, false, 1)]
    public void I06_Keep_IsOneWriteOrNone(ushort[] before, ushort[] after, bool fallback, int writes)
    {
        efi.SetNumbers("BootOrder", before);
        boot.Keep(SlotSet.A, fallback);
        Assert.Equal(after, efi.Numbers("BootOrder"));
        Assert.Equal(writes, efi.Changes.Count);
    }

    [Fact]
    public void I06_Try_IsOneWriteOrNone()
    {
        boot.Try(Slot(SlotSet.B));
        Assert.Equal(["BootNext"], efi.Changes);
        Assert.Equal([B], efi.Numbers("BootNext"));
        boot.Try(Slot(SlotSet.B));
        Assert.Single(efi.Changes);
        Assert.Equal(SlotSet.B, boot.State().Next);
    }

    [Fact]
    public void I06_SetUnbootable_TakesTheSetOutOfOrderAndNext()
    {
        efi.SetNumbers("BootOrder", A, B, 9);
        boot.Try(Slot(SlotSet.B));
        efi.Changes.Clear();
        boot.SetUnbootable(SlotSet.B);
        Assert.Equal(["BootOrder", "BootNext"], efi.Changes);
        Assert.Equal([A, 9], efi.Numbers("BootOrder"));
        Assert.Empty(efi.Numbers("BootNext"));
        boot.SetUnbootable(SlotSet.B);
        Assert.Equal(2, efi.Changes.Count);
    }

    [Fact]
    public void I06_WritesThatDoNotHold_AreRefused()
    {
        efi.Deaf = true;
        Assert.Equal(Refusal.BootRecord, Assert.Throws<RefusedException>(() => boot.SetUnbootable(SlotSet.B)).Code);
        Assert.Equal(Refusal.BootRecord, Assert.Throws<RefusedException>(() => boot.Try(Slot(SlotSet.B))).Code);
        Assert.Equal(Refusal.BootRecord, Assert.Throws<RefusedException>(() => boot.Keep(SlotSet.B, false)).Code);
        efi.Deaf = false;
        efi.SetNumbers("BootNext", B);
        efi.SetNumbers("BootOrder", A);
        efi.Deaf = true;
        Assert.Equal(Refusal.BootRecord, Assert.Throws<RefusedException>(() => boot.SetUnbootable(SlotSet.B)).Code);
    }

    [Theory]
    [InlineData(new ushort[] { A, B, 3 }, new string[] { })]
    [InlineData(new ushort[] { A, 3 }, new string[] { })]
    [InlineData(new ushort[] { 3, A, B }, new[] { "boot entry Boot0003 stands before ours" })]
    [InlineData(new ushort[] { A, 3, B, 4 }, new[] { "boot entry Boot0003 stands before ours" })]
    [InlineData(new ushort[] { 0xABC, 3, A }, new[] { "boot entry Boot0ABC stands before ours", "boot entry Boot0003 stands before ours" })]
    [InlineData(new ushort[] { 3 }, new[] { "boot entry Boot0003 stands before ours" })]
    public void State_ForeignEntriesBeforeOrBetweenOurs_AreNamed(ushort[] order, string[] named)
    {
        efi.SetNumbers("BootOrder", order);
        BootState state = boot.State();
        Assert.Equal(named, state.Unprotected.ToArray());
        Assert.Equal(named.Length > 0, state.ForeignFirst);
        Assert.Equal(order.Contains(A) ? SlotSet.A : null, state.Kept);
    }

    [Fact]
    public void State_SecondInOrder_IsOnTrial()
    {
        efi.SetNumbers("BootCurrent", B);
        BootState state = boot.State();
        Assert.Equal((SlotSet.B, SlotSet.A, true), (state.Running, state.Kept, state.OnTrial));
    }

    [Fact]
    public void State_EntryWithAnotherPath_IsNamedAndRunsNothing()
    {
        GptPartition esp = Machine.Layout[SlotSet.A, SlotPart.Efi];
        efi.Firmware("Boot0100", new EfiLoadOption("Gatekeeper A", esp.Number, esp.FirstLba, esp.Blocks, esp.UniqueGuid, @"\EFI\BOOT\BOOTX64.EFI").Encode());
        BootState state = boot.State();
        Assert.Null(state.Running);
        Assert.Equal(["boot entry Boot0100 does not start set a"], state.Unprotected.ToArray());
        Assert.Equal(Refusal.BootRecord, Assert.Throws<RefusedException>(() => boot.Keep(SlotSet.A, true)).Code);
    }

    [Fact]
    public void State_EntryOfTheOtherPartition_IsNamedAndRunsNothing()
    {
        efi.Firmware("Boot0100", efi.Read("Boot0101", UefiBootControl.GlobalVendor));
        Assert.Null(boot.State().Running);
    }

    [Fact]
    public void State_MissingEntry_IsNamed()
    {
        efi.Firmware("Boot0101", null);
        Assert.Equal(["boot entry Boot0101 is missing"], boot.State().Unprotected.ToArray());
        Assert.Equal(Refusal.BootRecord, Assert.Throws<RefusedException>(() => boot.Try(Slot(SlotSet.B))).Code);
    }

    [Theory]
    [InlineData(null)]
    [InlineData((ushort)3)]
    public void State_StartedByAnotherEntry_RunsNothing(ushort? current)
    {
        efi.Firmware("BootCurrent", null);
        if (current is { } number)
        {
            efi.SetNumbers("BootCurrent", number);
        }

        BootState state = boot.State();
        Assert.Null(state.Running);
        Assert.False(state.OnTrial);
        Assert.Equal(["the running system was not started by an entry of ours"], state.Unprotected.ToArray());
    }

    [Fact]
    public void State_LoaderFromAnotherPartition_RunsNothing()
    {
        efi.Firmware("LoaderDevicePartUUID", Encoding.Unicode.GetBytes(Machine.Layout[SlotSet.A, SlotPart.Efi].UniqueGuid.ToString().ToUpperInvariant() + "\0"));
        Assert.Equal(SlotSet.A, boot.State().Running);
        efi.Firmware("LoaderDevicePartUUID", Encoding.Unicode.GetBytes(Guid.NewGuid() + "\0"));
        BootState state = boot.State();
        Assert.Null(state.Running);
        Assert.Equal(["the loader came from another partition than its boot entry names"], state.Unprotected.ToArray());
    }

    [Theory]
    [InlineData("BootOrder", 3)]
    [InlineData("BootNext", 1)]
    [InlineData("BootCurrent", 4)]
    public void MalformedVariables_AreRefused(string name, int length)
    {
        efi.Firmware(name, new byte[length]);
        Assert.Equal(Refusal.BootRecord, Assert.Throws<RefusedException>(boot.State).Code);
    }

    [Fact]
    public void DeadStore_IsRefused()
    {
        efi.Dead = true;
        Assert.Equal(Refusal.BootRecord, Assert.Throws<RefusedException>(boot.State).Code);
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData(1024L, true)]
    [InlineData(1023L, false)]
    public void HasSpace_AsksTheStore(long? free, bool enough)
    {
        efi.Free = free;
        Assert.Equal(enough, boot.HasSpace());
    }

    private static WrittenSlot Slot(SlotSet set) => new(set, new SetRecord { State = SetState.Complete, Version = default, Digest = null, Parts = [] }, null);
}
