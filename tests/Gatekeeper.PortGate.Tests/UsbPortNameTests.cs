namespace Gatekeeper.PortGate.Tests;

public sealed class UsbPortNameTests
{
    [Theory]
    [InlineData("usb1-port2", "1-2")]
    [InlineData("1-4-port3", "1-4.3")]
    [InlineData("1-4.1-port12", "1-4.1.12")]
    [InlineData("usb1-port0", null)]
    [InlineData("usb1-port", null)]
    [InlineData("port2", null)]
    [InlineData("", null)]
    public void APortsOwnName_IsTheDevicesThatIsPluggedThere(string port, string? device) => Assert.Equal(device, UsbPortName.DeviceAt(port));

    [Theory]
    [InlineData("1-2", true)]
    [InlineData("12-3.4.1", true)]
    [InlineData("1-1.2.3.4.5.6", true)]
    [InlineData("1-1.2.3.4.5.6.7", false)]
    [InlineData("usb1", false)]
    [InlineData("1-0:1.0", false)]
    [InlineData("1-2:1.0", false)]
    [InlineData("1-", false)]
    [InlineData("-1", false)]
    [InlineData("1-2.", false)]
    [InlineData("1-0", false)]
    [InlineData("../1-2", false)]
    public void ADevicesName(string name, bool device) => Assert.Equal(device, UsbPortName.IsDevice(name));

    [Theory]
    [InlineData("1-2", "usb1", "1-0:1.0", "usb1-port2")]
    [InlineData("3-2.4", "3-2", "3-2:1.0", "3-2-port4")]
    [InlineData("3-2.4.1", "3-2.4", "3-2.4:1.0", "3-2.4-port1")]
    public void ThePortADeviceIsPluggedInto(string device, string hub, string hubInterface, string port) =>
        Assert.Equal((hub, hubInterface, port), UsbPortName.PortOf(device));
}
