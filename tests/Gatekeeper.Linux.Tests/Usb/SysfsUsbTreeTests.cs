using Gatekeeper.Linux.Usb;
using Gatekeeper.PortGate;

namespace Gatekeeper.Linux.Tests.Usb;

/// <summary>A sysfs made of real files, folders and links.</summary>
public sealed class SysfsUsbTreeTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("gk-sysfs-").FullName;

    public SysfsUsbTreeTests()
    {
        Put("module/usbcore/parameters/authorized_default", "0\n");
        Put("bus/usb/devices/usb1/authorized_default", "0\n");
        Put("bus/usb/devices/usb1/interface_authorized_default", "1\n");
        Put("bus/usb/devices/usb1/1-0:1.0/usb1-port2/disable", "0\n");
        Device("1-2", 1, 5, "480");
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void EverythingIsRead()
    {
        Put("bus/usb/devices/1-2/serial", "A1\n");
        Put("bus/usb/devices/1-2:1.0/authorized", "1\n");
        File.CreateSymbolicLink(At("bus/usb/devices/1-2:1.0/driver"), "../../../../bus/usb/drivers/usbhid");

        UsbTreeSnapshot tree = new SysfsUsbTree(_root).Read();

        Assert.Equal(0, tree.AuthorizedDefault);
        Assert.Equal(new UsbBusState("usb1", 0, 1), Assert.Single(tree.Buses));
        UsbDeviceSnapshot device = Assert.Single(tree.Devices);
        Assert.Equal(("1-2", 1, 5, UsbSpeed.High), (device.Name, device.BusNumber, device.DeviceNumber, device.Speed));
        Assert.False(device.Authorized);
        Assert.Equal(0, device.ConfigurationValue);
        Assert.Equal(3, device.Descriptors.Length);
        Assert.Equal((null, null, "A1"), device.Strings);
        Assert.Equal(new UsbInterfaceState("1-2:1.0", 0, true, "usbhid"), Assert.Single(device.Interfaces));
    }

    [Theory]
    [InlineData(false, "usbfs", false)]
    [InlineData(false, "usb-storage", true)]
    [InlineData(true, "usbfs", true)]
    public void I02_AKernelThatHasOrMayGetAnotherDriver_IsSeen(bool modules, string driver, bool other)
    {
        Put("bus/usb/drivers_autoprobe", "1\n");
        foreach (string name in new[] { "hub", "usb", driver })
        {
            Directory.CreateDirectory(At($"bus/usb/drivers/{name}"));
        }

        if (modules)
        {
            Put("modules", "");
        }

        SysfsUsbTree tree = new(_root, At("modules"));
        Assert.Equal((other, 1), (tree.OtherDrivers, tree.Read().DriversAutoprobe));
        Assert.Equal(UsbWrite.Done, tree.SetDriversAutoprobe(false));
        Assert.StartsWith("0", File.ReadAllText(At("bus/usb/drivers_autoprobe")), StringComparison.Ordinal);
    }

    [Fact]
    public void I10_PortsThatAreDisabled_AreFoundAtRootHubsAndHubs()
    {
        SysfsUsbTree tree = new(_root);
        Assert.Empty(tree.DisabledPorts());
        Put("bus/usb/devices/usb1/1-0:1.0/usb1-port2/disable", "1\n");
        Put("bus/usb/devices/1-4:1.0/1-4-port3/disable", "1\n");
        Put("bus/usb/devices/1-4:1.0/1-4-port4/disable", "0\n");
        Put("bus/usb/devices/1-0:1.0/usb1-port7/disable", "1\n");
        Assert.Equal(["1-4.3", "1-7"], tree.DisabledPorts());
    }

    [Fact]
    public void ADeviceOnItsWayOutIsLeftOut()
    {
        File.Delete(At("bus/usb/devices/1-2/devnum"));
        Assert.Empty(new SysfsUsbTree(_root).Read().Devices);
    }

    [Theory]
    [InlineData("devnum")]
    [InlineData("descriptors")]
    public async Task I10_ADeviceThatGoesWhileItIsRead_IsLeftOut_AndIsNoOtherDevice(string goesFirst)
    {
        // The reader waits at the serial number, as it does at the lock of a device that is being disconnected.
        string serial = At("bus/usb/devices/1-2/serial");
        using (var make = System.Diagnostics.Process.Start("mkfifo", serial))
        {
            await make.WaitForExitAsync();
        }

        Task<UsbTreeSnapshot> reading = Task.Run(() => new SysfsUsbTree(_root).Read());
        await using (FileStream writer = new(serial, FileMode.Open, FileAccess.Write))
        {
            File.Delete(At($"bus/usb/devices/1-2/{goesFirst}"));
        }

        Assert.Empty((await reading).Devices);
    }

    [Fact]
    public void I01_WhatCannotBeReadIsNotTakenForNo()
    {
        File.Delete(At("bus/usb/devices/1-2/authorized"));
        File.Delete(At("module/usbcore/parameters/authorized_default"));
        UsbTreeSnapshot tree = new SysfsUsbTree(_root).Read();
        Assert.Null(tree.AuthorizedDefault);
        Assert.Null(tree.Devices[0].Authorized);
    }

    [Fact]
    public void AMachineWithoutUsbHasAnEmptyTree()
    {
        UsbTreeSnapshot tree = new SysfsUsbTree(Path.Combine(_root, "nowhere")).Read();
        Assert.Empty(tree.Buses);
        Assert.Empty(tree.Devices);
        Assert.Null(tree.AuthorizedDefault);
    }

    [Fact]
    public void ASwitchIsOneCharacterInTheRightFile()
    {
        var tree = new SysfsUsbTree(_root);
        Assert.Equal(UsbWrite.Done, tree.SetInterfaceAuthorizedDefault("usb1", false));
        Assert.Equal(UsbWrite.Done, tree.SetDeviceAuthorized("1-2", true));
        Assert.Equal(UsbWrite.Done, tree.SetPortDisabled("1-2", true));

        UsbTreeSnapshot now = tree.Read();
        Assert.Equal(0, now.Buses[0].InterfaceAuthorizedDefault);
        Assert.True(now.Devices[0].Authorized);
        Assert.Equal("1\n", File.ReadAllText(At("bus/usb/devices/usb1/1-0:1.0/usb1-port2/disable")));
    }

    [Fact]
    public void AProbeNamesTheInterface()
    {
        Put("bus/usb/drivers_probe", "");
        Assert.Equal(UsbWrite.Done, new SysfsUsbTree(_root).ProbeInterface("1-2:1.0"));
        Assert.Equal("1-2:1.0", File.ReadAllText(At("bus/usb/drivers_probe")));
    }

    [Fact]
    public void ASwitchNeverMakesAFile()
    {
        var tree = new SysfsUsbTree(_root);
        Assert.Equal(UsbWrite.Gone, tree.SetDeviceAuthorized("1-3", true));
        Assert.Equal(UsbWrite.Gone, tree.SetInterfaceAuthorized("1-2:1.0", true));
        Assert.False(Directory.Exists(At("bus/usb/devices/1-3")));
    }

    [Fact]
    public void I11_ALongDescriptorFileIsReadToItsBoundOnly()
    {
        File.WriteAllBytes(At("bus/usb/devices/1-2/descriptors"), new byte[1_000_000]);
        Assert.InRange(new SysfsUsbTree(_root).Read().Devices[0].Descriptors.Length, 1, 20_000);
    }

    private void Device(string name, int bus, int number, string speed)
    {
        string folder = $"bus/usb/devices/{name}";
        Put($"{folder}/busnum", $"{bus}\n");
        Put($"{folder}/devnum", $"{number}\n");
        Put($"{folder}/speed", $"{speed}\n");
        Put($"{folder}/authorized", "0\n");
        Put($"{folder}/bConfigurationValue", "\n");
        Put($"{folder}/descriptors", "abc");
    }

    private void Put(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(path))!);
        File.WriteAllText(At(path), text);
    }

    private string At(string path) => Path.Combine(_root, path);
}
