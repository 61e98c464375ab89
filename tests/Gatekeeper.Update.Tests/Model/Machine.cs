using Gatekeeper.Release;

namespace Gatekeeper.Update.Tests.Model;

/// <summary>A device with two slot sets, a state partition, a variable store and a firmware that boots them.</summary>
public sealed class Machine
{
    private const int EfiPartition = TestRelease.EfiBytes + 8192;
    private const int SystemPartition = TestRelease.SystemBytes + 8192;
    private static readonly byte[] FileSystemMark = [0x55, 0xAA];
    private readonly IReadOnlyList<TestRelease> known;
    private int boots;

    private Machine(PowerLine line, VolatileDisk[] parts, VolatileDisk state, MemoryEfiVariables efi, IReadOnlyList<TestRelease> known)
    {
        Line = line;
        Parts = parts;
        State = state;
        Efi = efi;
        this.known = known;
        Slots = new SlotDevices((set, part) => Part(set, part));
    }

    public PowerLine Line { get; }

    public VolatileDisk[] Parts { get; }

    public VolatileDisk State { get; }

    public MemoryEfiVariables Efi { get; }

    public SlotDevices Slots { get; }

    public static SlotLayout Layout { get; } = SlotLayout.Choose([("vda", Partitions())]);

    /// <summary>A device as it leaves the factory: the first of the releases in set a, nothing in b, provisioned, boot entries made.</summary>
    public static Machine Factory(params TestRelease[] known)
    {
        var line = new PowerLine();
        VolatileDisk[] parts = [.. Enumerable.Range(0, 4).Select(i => new VolatileDisk($"part{i}", new byte[i % 2 == 0 ? EfiPartition : SystemPartition], line))];
        var state = new VolatileDisk("state", new byte[StatePartition.MinBytes], line);
        var machine = new Machine(line, parts, state, new MemoryEfiVariables(line), known);
        machine.Part(SlotSet.A, SlotPart.Efi).WriteAt(0, known[0].Efi);
        machine.Part(SlotSet.A, SlotPart.System).WriteAt(0, known[0].System);
        new UefiBootControl(machine.Efi, Layout).Provision(SlotSet.A, otherIsFallback: false);
        Device device = machine.Start();
        device.Installer.AdoptRunning();
        device.Trust.Change(c => c with { Device = TestDevice });
        device.Trust.Commit();
        machine.Lose(_ => true);
        line.Reset(0);
        return machine;
    }

    public static DeviceRecord TestDevice { get; } = new() { Id = "sn-1", Model = "PM200", HardwareRevision = "C", Keys = [], SiteRoot = null };

    public VolatileDisk Part(SlotSet set, SlotPart part) => Parts[((int)set * 2) + (int)part];

    public Machine Copy()
    {
        var line = new PowerLine();
        return new Machine(line, [.. Parts.Select(p => p.Copy(line))], State.Copy(line), Efi.Copy(line), known) { boots = boots };
    }

    /// <summary>The power is gone; of each unflushed sector <paramref name="survives"/> decides.</summary>
    public void Lose(Func<long, bool> survives)
    {
        foreach (VolatileDisk disk in Parts.Append(State))
        {
            disk.Settle(survives);
        }
    }

    /// <summary>
    /// The firmware: BootNext once, else BootOrder; an entry whose partition has no file system is passed over. What it starts must be
    /// one whole release, or the test fails (I07). Null: none of ours.
    /// </summary>
    public (SlotSet Set, TestRelease Release)? Boot()
    {
        boots++;
        ushort[] next = Efi.Numbers("BootNext");
        Efi.Firmware("BootNext", null);
        foreach (ushort entry in next.Concat(Efi.Numbers("BootOrder")))
        {
            EfiLoadOption? option = Efi.Read($"Boot{entry:X4}", UefiBootControl.GlobalVendor) is { } data ? EfiLoadOption.Decode(data) : null;
            SlotSet? set = SlotNames.Sets.Cast<SlotSet?>().FirstOrDefault(s => option?.PartitionGuid == Layout[s!.Value, SlotPart.Efi].UniqueGuid);
            if (set is { } found && Starts(found) is { } release)
            {
                Efi.SetNumbers("BootCurrent", entry);
                return (found, release);
            }
        }

        return null;
    }

    /// <summary>What starts from a set by whatever hand; null when it has no file system. Half a release fails the test.</summary>
    public TestRelease? Starts(SlotSet set)
    {
        VolatileDisk esp = Part(set, SlotPart.Efi);
        if (esp.Dead || !esp.Content().AsSpan(510, 2).SequenceEqual(FileSystemMark))
        {
            return null;
        }

        TestRelease? release = known.FirstOrDefault(r => Holds(set, r));
        Assert.True(release is not null, $"set {set} has a file system and is no whole release; cut in {Line.Last}");
        return release;
    }

    public bool Holds(SlotSet set, TestRelease release) =>
        Part(set, SlotPart.Efi).Content().AsSpan(0, release.Efi.Length).SequenceEqual(release.Efi)
        && Part(set, SlotPart.System).Content().AsSpan(0, release.System.Length).SequenceEqual(release.System);

    /// <summary>Installs a release, boots it and keeps it.</summary>
    public void Keep(TestRelease release)
    {
        Device device = Start();
        device.Installer.Try(device.Installer.Install(release.Verified, release));
        Device trial = Start();
        Assert.Equal(TrialSituation.OnTrial, trial.Keeper.Begin());
        trial.Keeper.Keep();
    }

    /// <summary>An install is refused with this code, and neither a slot nor the boot order was touched.</summary>
    public void AssertRefused(Refusal code, Device device, TestRelease release)
    {
        int writes = Parts.Sum(p => p.Writes);
        ushort[] order = Efi.Numbers("BootOrder");
        Assert.Equal(code, Assert.Throws<RefusedException>(() => device.Installer.Install(release.Verified, release)).Code);
        Assert.Equal(writes, Parts.Sum(p => p.Writes));
        Assert.Equal(order, Efi.Numbers("BootOrder"));
    }

    /// <summary>Boots and starts the service of the booted release.</summary>
    public Device Start()
    {
        (SlotSet Set, TestRelease Release)? booted = Boot();
        Assert.True(booted is not null, $"nothing boots; cut in {Line.Last}");
        return Restart(booted.Value.Set, booted.Value.Release);
    }

    /// <summary>The service alone starts again, in the same boot.</summary>
    public Device Restart(SlotSet set, TestRelease release)
    {
        var running = new RunningSystem(set, release.Verified.Version, TestRelease.Root, 1, new Guid(boots, 0, 0, new byte[8]));
        return new Device(this, running, release);
    }

    private static List<GptPartition> Partitions()
    {
        var list = new List<GptPartition>();
        long lba = 2048;
        foreach (string name in new[] { "gk-esp-a", "gk-sys-a", "gk-esp-b", "gk-sys-b", "gk-state", "gk-data" })
        {
            list.Add(new GptPartition(list.Count + 1, name, new Guid(list.Count + 1, 2, 3, new byte[8]), lba, 2048, 512));
            lba += 2048;
        }

        return list;
    }
}

/// <summary>The running service's parts.</summary>
public sealed class Device
{
    public Device(Machine machine, RunningSystem running, TestRelease release)
    {
        Machine = machine;
        Running = running;
        Release = release;
        Trust = TrustStore.Open(machine.State, running);
        Audit = AuditLog.Open(machine.State, running.BootId, new TestClock());
        Boot = new UefiBootControl(machine.Efi, Machine.Layout);
        Installer = new Installer(machine.Slots, Boot, Trust, Audit, running, Lease);
        Keeper = new TrialKeeper(Boot, Trust, Audit, running);
    }

    public Machine Machine { get; }

    public RunningSystem Running { get; }

    public TestRelease Release { get; }

    public TestLease Lease { get; } = new();

    public TrustStore Trust { get; }

    public AuditLog Audit { get; }

    public UefiBootControl Boot { get; }

    public Installer Installer { get; }

    public TrialKeeper Keeper { get; }
}

public sealed class TestLease : IInUse
{
    public bool Now { get; set; }

    /// <summary>Comes into use after so many questions; 0 for never.</summary>
    public int After { get; set; }

    public int Asked { get; private set; }

    public bool InUse => ++Asked >= After && After > 0 || Now;

    /// <summary>Free for some questions more, then in use.</summary>
    public void InUseAt(int question) => After = Asked + question;
}

public sealed class TestClock : IAuditClock
{
    public long UptimeMs { get; set; } = 1000;

    public long WallSeconds { get; set; }
}
