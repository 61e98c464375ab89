using Gatekeeper.Linux.Input;
using Gatekeeper.PortGate;

namespace Gatekeeper.Service;

/// <summary>Names of input devices in the policy: by where they are connected.</summary>
internal static class InputPlace
{
    /// <summary>Requires what <see cref="Require"/> does, or a USB port by name (<c>usb-port/1-4</c>): the keypad there is one that a port rule let in.</summary>
    /// <exception cref="ConfigurationException">It is something else.</exception>
    internal static void RequireKeypad(string device, string member)
    {
        if (device.StartsWith(InputKeys.UsbPort, StringComparison.Ordinal))
        {
            ConfigurationFile.Require(device.Length <= 64 && UsbPortName.IsDevice(device[InputKeys.UsbPort.Length..]), $"policy.json: {member}: {InputKeys.UsbPort} is followed by a port such as 1-4");
            return;
        }

        Require(device, member);
    }

    /// <summary>Requires a PS/2 keyboard, a button or gpio-keys. What can be plugged in (<c>usb-...</c>, Bluetooth) is refused.</summary>
    /// <exception cref="ConfigurationException">It is something else.</exception>
    internal static void Require(string device, string member)
    {
        bool builtIn = device.Contains("/serio", StringComparison.Ordinal) || device.Contains("/button/", StringComparison.Ordinal) || device.StartsWith("gpio-keys/", StringComparison.Ordinal);
        ConfigurationFile.Require(IsPlain(device) && builtIn, $"policy.json: {member}: a device that is not a PS/2 keyboard, a button or gpio-keys");
    }

    /// <summary>True for a name as the kernel gives one, of 1 to 64 characters.</summary>
    internal static bool IsPlain(string device) => device.Length is > 0 and <= 64 && device.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '-' or '_' or ':');
}
