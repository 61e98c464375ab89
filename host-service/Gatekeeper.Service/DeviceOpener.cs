using System.Collections.Immutable;
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

    // The kernel's own word: which partition lies under the verity device that init mapped with the hash from the signed image.
    private static SlotSet? MappedSet(DeviceDisk disk)
    {
        if (!Directory.Exists(Paths.MappedSystem))
        {
            return null;
        }

        ImmutableArray<string> below = [.. Directory.EnumerateFileSystemEntries(Paths.MappedSystem).Select(path => Path.GetFileName(path))];
        foreach (SlotSet set in SlotNames.Sets)
        {
            string number = File.ReadAllText(Path.Combine("/sys/class/block", below is [var only] ? only : "none", "partition")).Trim();
            if (below.Length == 1 && below[0].StartsWith(disk.Layout.Disk, StringComparison.Ordinal)
                && number == disk.Layout[set, SlotPart.System].Number.ToString(System.Globalization.CultureInfo.InvariantCulture))
            {
                return set;
            }
        }

        return null;
    }

    private sealed class AuditClock : IAuditClock
    {
        public long UptimeMs => Environment.TickCount64;

        public long WallSeconds => DateTimeOffset.UtcNow.ToUnixTimeSeconds();
    }
}
