namespace Gatekeeper.Solution.Tests;

/// <summary>What the recipe of the reference image promises before anything is built; the rig looks at the image itself.</summary>
public sealed class FirmwareTests
{
    /// <summary>I14's buses, and what Linux calls the driver or core without which nothing on that bus becomes a disk.</summary>
    public static TheoryData<string, string[]> HotPlugStorage => new()
    {
        { "USB", ["USB_STORAGE", "USB_UAS"] },
        { "SD/MMC", ["MMC", "MEMSTICK"] },
        { "optical", ["BLK_DEV_SR", "CDROM"] },
        { "SCSI/SATA", ["SCSI", "ATA"] },
        { "PCIe", ["HOTPLUG_PCI", "PCCARD"] },
        { "Thunderbolt", ["THUNDERBOLT", "USB4"] },
        { "FireWire", ["FIREWIRE"] },
        { "a module of any of these", ["MODULES"] },
    };

    [Theory]
    [MemberData(nameof(HotPlugStorage))]
    public void I14_EveryHotPlugStoragePath_IsOnTheKernelsForbiddenList(string bus, string[] symbols)
    {
        HashSet<string> forbidden = [.. Lines("firmware/kernel/forbidden").Where(line => !line.StartsWith('#'))];
        Assert.True(forbidden.IsSupersetOf(symbols), $"{bus}: {string.Join(", ", symbols.Except(forbidden))} may be in the kernel");

        // The same line in the fragment would make the build fail, but late.
        Assert.DoesNotContain(Lines("firmware/kernel/fragment.config"), line => symbols.Any(symbol => line == $"CONFIG_{symbol}=y"));
    }

    private static string[] Lines(string file) =>
        Repository.Read(file).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
