using Gatekeeper.Rig;

namespace Gatekeeper.Firmware.Tests;

/// <summary>The final configuration of the kernel that firmware/kernel/build keeps beside the kernel, read without that script's own check.</summary>
public sealed class KernelConfigurationTests : IAsyncLifetime
{
    private readonly Dictionary<string, string> final = [];

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        string folder = (await HostTool.RunAsync(Repository.At("firmware", "kernel", "build"), [], TimeSpan.FromMinutes(40))).Trim();
        foreach (string line in await File.ReadAllLinesAsync(Path.Combine(folder, "config")))
        {
            if (line.StartsWith("CONFIG_", StringComparison.Ordinal) && line.Split('=', 2) is [string name, string value])
            {
                final.Add(name, value);
            }
        }
        Assert.True(final.Count > 500, "that is no kernel configuration");
    }

    /// <inheritdoc/>
    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task EveryLineOfTheFragmentIsInForce()
    {
        List<string> missing = [];
        foreach (string line in await File.ReadAllLinesAsync(Repository.At("firmware", "kernel", "fragment.config")))
        {
            if (line.StartsWith("CONFIG_", StringComparison.Ordinal) && line.Split('=', 2) is [string name, string value])
            {
                if (final.GetValueOrDefault(name) != value)
                {
                    missing.Add(line);
                }
            }
            else if (line.StartsWith("# CONFIG_", StringComparison.Ordinal) && final.ContainsKey(line.Split(' ')[1]))
            {
                missing.Add(line);
            }
        }
        Assert.Empty(missing);
    }

    [Fact]
    public async Task I14_ForbiddenSymbolsAreAbsent()
    {
        string[] forbidden = [.. (await File.ReadAllLinesAsync(Repository.At("firmware", "kernel", "forbidden"))).Where(line => line.Length > 0 && line[0] != '#')];
        Assert.True(forbidden.Length > 50, "the list has become short");
        Assert.DoesNotContain(forbidden, symbol => final.ContainsKey("CONFIG_" + symbol));
    }

    /// <summary>The list itself must go on naming what the invariants rest on.</summary>
    [Theory]
    [InlineData("MODULES")]
    [InlineData("SCSI")]
    [InlineData("USB_STORAGE")]
    [InlineData("USB_UAS")]
    [InlineData("HID")]
    [InlineData("USB_HID")]
    [InlineData("MMC")]
    [InlineData("ATA")]
    [InlineData("FIREWIRE")]
    [InlineData("USB4")]
    [InlineData("HOTPLUG_PCI")]
    [InlineData("VT")]
    [InlineData("MSDOS_PARTITION")]
    [InlineData("VFAT_FS")]
    [InlineData("EXFAT_FS")]
    public async Task I02_I14_TheListOfForbiddenSymbolsNames(string symbol)
    {
        Assert.Contains(symbol, await File.ReadAllLinesAsync(Repository.At("firmware", "kernel", "forbidden")));
        Assert.False(final.ContainsKey("CONFIG_" + symbol));
    }

    [Fact]
    public void I01_DenyIsCompiledIn() => Assert.Equal("0", final["CONFIG_USB_DEFAULT_AUTHORIZATION_MODE"]);

    [Fact]
    public void NothingIsAModule() => Assert.DoesNotContain("m", final.Values);
}
