using System.Globalization;
using Gatekeeper.Linux.Storage;
using Gatekeeper.Release;
using Gatekeeper.Update;

namespace Gatekeeper.Service;

/// <summary>Finds out what runs, and opens what it runs on.</summary>
internal static class DeviceOpener
{
    /// <summary>Opens state, audit log, slots and boot switch of the machine.</summary>
    /// <exception cref="RefusedException"><see cref="Refusal.State"/>, <see cref="Refusal.AuditLog"/>.</exception>
    /// <exception cref="IOException">A partition or a file of the image cannot be read.</exception>
    internal static Device Open(Policy policy, ImageInfo image, DeviceDisk disk)
    {
        RunningSystem running = Running(image, disk);
        LinuxBlockDevice state = disk.Open(disk.Layout.State);
        var audit = AuditLog.Open(state, running.BootId, new AuditClock());
        TrustStore trust = TrustStore.Open(state, running);
        var boot = new UefiBootControl(new EfiVarFs(), disk.Layout);
        return new Device(image, policy, running, state, trust, audit, boot, disk.Layout, disk.OpenSlots());
    }

    /// <summary>What sentences may say of this device; null before it has facts of its own.</summary>
    internal static DeviceFacts? Facts(Device device) => device.Trust.Content.Device is { } own
        ? new DeviceFacts(device.Image.Product, own.HardwareId(), device.Image.Number, null, 0, false)
        : null;

    private static RunningSystem Running(ImageInfo image, DeviceDisk disk)
    {
        byte[] root = File.ReadAllBytes(Paths.Root);
        TrustState trust = Verifier.InitialTrust(root);
        Guid boot = Guid.Parse(File.ReadAllText(Paths.BootId).Trim());
        return new RunningSystem(MappedSet(disk), image.Number, [.. root], trust.RootVersion, boot);
    }

    /// <summary>True while the boot record says that the running set is on trial; also while it cannot be read, because then nothing may be taken for granted.</summary>
    internal static bool OnTrial(IBootControl boot)
    {
        try
        {
            return boot.State().OnTrial;
        }
        catch (RefusedException)
        {
            return true;
        }
    }

    /// <summary>The stage, when the data partition is mounted; else one without room. A folder of that name in the initramfs would be memory.</summary>
    internal static IStageArea Stage() => DataOptions() is null ? new NoStage() : new StageFiles(Paths.Stage);

    /// <summary>What is wrong with the data partition as a whole, or null. The kernel makes it read-only when its medium fails.</summary>
    internal static string? DataCondition() => DataOptions() switch
    {
        null => "the data partition is not there",
        var options when options.Split(',').Contains("ro") => "the data partition is read-only: its medium failed",
        _ => null,
    };

    private static string? DataOptions() =>
        File.ReadLines(Paths.Mounts).Select(line => line.Split(' ')).Where(f => f is [_, Paths.Data, _, _, ..]).Select(f => f[3]).FirstOrDefault();

    // The kernel's own word: which partition lies under the verity device that init mapped with the hash from the signed image.
    private static SlotSet? MappedSet(DeviceDisk disk)
    {
        if (!Directory.Exists(Paths.MappedSystem))
        {
            return null;
        }

        string[] below = [.. Directory.EnumerateFileSystemEntries(Paths.MappedSystem).Select(path => Path.GetFileName(path))];
        if (below is not [var only] || !only.StartsWith(disk.Layout.Disk, StringComparison.Ordinal))
        {
            return null;
        }

        string number = File.ReadAllText(Path.Combine(Paths.BlockDevices, only, "partition")).Trim();
        foreach (SlotSet set in SlotNames.Sets)
        {
            if (number == disk.Layout[set, SlotPart.System].Number.ToString(CultureInfo.InvariantCulture))
            {
                return set;
            }
        }

        return null;
    }

    private sealed class NoStage : IStageArea
    {
        public long FreeBytes => 0;

        public IStageFile Create(StageLabel label, long length) => throw new IOException("there is no data partition");

        public IStageFile? Resume(StageLabel label, long length, out StageLabel before)
        {
            before = default;
            return null;
        }

        public bool DiscardUnfinished() => false;

        public IStageSource? Open() => null;

        public void Discard()
        {
        }
    }

    private sealed class AuditClock : IAuditClock
    {
        public long UptimeMs => Environment.TickCount64;

        public long WallSeconds => DateTimeOffset.UtcNow.ToUnixTimeSeconds();
    }
}
