using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Gatekeeper.Linux;
using Gatekeeper.Linux.Processes;
using Gatekeeper.Linux.Usb;
using Gatekeeper.PortGate;
using Gatekeeper.Release;
using Gatekeeper.Stick.Boundary;

namespace Gatekeeper.StickReader;

/// <summary>Reads a stick from its start in order, as an install does, and takes the time.</summary>
internal static class Measurement
{
    private const uint PumpUser = 901;
    private const int PlugSeconds = 60;

    /// <summary>Waits for a stick, opens it as gatekeeperd does, reads.</summary>
    /// <param name="mebibytes">How much to read.</param>
    /// <returns>One line: uptime of the first sector in ms, bytes, ms of the reading, SHA-256 of what was read.</returns>
    public static string Take(int mebibytes)
    {
        var tree = new SysfsUsbTree();
        var gate = new UsbGate(tree);
        gate.Close(ImmutableHashSet<string>.Empty);
        using var launcher = new ChildLauncher(PumpUser);
        using StickChild pump = StickChild.Start(launcher, StickChild.PumpRole);
        Console.WriteLine("ready");
        AcceptedDevice device = WaitForStick(tree);
        gate.Open(device);
        try
        {
            using UsbfsNode node = UsbfsNode.Claim(device.BusNumber, device.DeviceNumber, device.Interface, device.Setting);
            gate.Confirm(device);
            PumpClient stick = pump.OpenStick(node, device, new MonotonicClock());
            stick.Read(0, new byte[stick.SectorSize]);
            long first = Environment.TickCount64;
            return Read(stick, first, mebibytes);
        }
        finally
        {
            gate.Shut(device.Name);
        }
    }

    // Twice: once against the clock and nothing else, as dd does, and once to prove by its hash that it was read right.
    private static string Read(PumpClient stick, long first, int mebibytes)
    {
        byte[] buffer = new byte[Limits.BoundaryReadBytes];
        var time = Stopwatch.StartNew();
        ReadAll(stick, mebibytes, buffer, null);
        time.Stop();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        ReadAll(stick, mebibytes, buffer, hash);
        return string.Create(CultureInfo.InvariantCulture, $"{first} {(long)mebibytes << 20} {time.ElapsedMilliseconds} {Convert.ToHexStringLower(hash.GetHashAndReset())}");
    }

    private static void ReadAll(PumpClient stick, int mebibytes, byte[] buffer, IncrementalHash? hash)
    {
        for (long at = 0; at < (long)mebibytes << 20; at += buffer.Length)
        {
            stick.Read(at / stick.SectorSize, buffer);
            hash?.AppendData(buffer);
        }
    }

    private static AcceptedDevice WaitForStick(SysfsUsbTree tree)
    {
        using UeventSocket events = UeventSocket.Open();
        PortRules none = PortRules.Parse([]);
        var waited = Stopwatch.StartNew();
        while (waited.Elapsed < TimeSpan.FromSeconds(PlugSeconds))
        {
            foreach (UsbDeviceSnapshot device in tree.Read().Devices)
            {
                if (PortJudge.Judge(device, none) is PortVerdict.Candidate candidate)
                {
                    return candidate.Device;
                }
            }

            events.Wait(1000);
        }

        throw new RefusedException(Refusal.StickGone, "no stick was plugged");
    }
}
