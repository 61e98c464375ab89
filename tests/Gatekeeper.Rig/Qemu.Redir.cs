using System.Net.Sockets;
using System.Text.Json.Nodes;
using Gatekeeper.Rig.UsbRedir;

namespace Gatekeeper.Rig;

/// <summary>An emulated device in a port of the guest.</summary>
/// <param name="Port">What is plugged, in QEMU's words.</param>
/// <param name="Peer">The device's end of the connection: pulls the device out, plugs another one in, tells what went wrong.</param>
public sealed record RedirPlug(Plugged Port, RedirPeer Peer);

public sealed partial class Qemu
{
    private readonly List<RedirPlug> redirected = [];
    private readonly List<RedirPeer> everPlugged = [];

    /// <summary>The storage commands that emulated sticks got, whatever has become of the sticks.</summary>
    public IReadOnlyList<StickCommand> RedirectedCommands()
    {
        IEnumerable<IUsbFunction> functions = everPlugged.SelectMany(peer => peer.Devices).SelectMany(device => device.Functions);
        return [.. functions.OfType<BulkOnlyTarget>().Distinct().SelectMany(stick => stick.Commands).Select(c => new StickCommand(c.Time, c.Opcode)).OrderBy(c => c.Time)];
    }

    /// <summary>
    /// Plugs a device that this process emulates. Plug it when the guest is up, or the boot firmware reads a stick before the guest does.
    /// </summary>
    /// <param name="device">The device.</param>
    /// <param name="port">Port of the controller, 1 to 8.</param>
    /// <param name="controller">See <see cref="PlugStickAsync(string, int, string)"/>. The device's own speed counts.</param>
    /// <exception cref="RigException">No connection to QEMU's usb-redir.</exception>
    public async Task<RedirPlug> PlugRedirAsync(UsbDevice device, int port = 1, string controller = "usb")
    {
        string id = $"plug{++plugs}";
        string socket = Path.Combine(sockets, id);
        await Qmp.RunAsync("chardev-add", new JsonObject
        {
            ["id"] = id,
            ["backend"] = new JsonObject
            {
                ["type"] = "socket",
                ["data"] = new JsonObject
                {
                    ["addr"] = new JsonObject { ["type"] = "unix", ["data"] = new JsonObject { ["path"] = socket } },
                    ["server"] = true,
                    ["wait"] = false,
                },
            },
        });
        await Qmp.RunAsync("device_add", new JsonObject
        {
            ["driver"] = "usb-redir",
            ["id"] = id,
            ["chardev"] = id,
            ["bus"] = $"{controller}.0",
            ["port"] = $"{port}",
        });
        Plugged plugged = Remember(new Plugged(id, "usb-redir", $"{port}", null));
        RedirPeer peer;
        try
        {
            peer = await RedirPeer.ConnectAsync(socket);
        }
        catch (SocketException refused)
        {
            throw new RigException($"no connection to usb-redir on {socket}", refused);
        }
        RedirPlug plug = new(plugged, peer);
        redirected.Add(plug);
        everPlugged.Add(peer);
        await peer.AttachAsync(device);
        return plug;
    }

    /// <summary>Pulls an emulated device out, in the middle of whatever it does, and waits until QEMU has let go of port and connection.</summary>
    /// <exception cref="RigException">The host broke the protocol, or the device a test made has a defect.</exception>
    public async Task UnplugAsync(RedirPlug plug)
    {
        await UnplugAsync(plug.Port); // QEMU deletes the chardev with the device
        await plug.Peer.DisposeAsync();
        redirected.Remove(plug);
        if (plug.Peer.Fault is { } fault)
        {
            throw new RigException($"the emulated device in port {plug.Port.Port} failed: {fault.Message}", fault);
        }
    }

    private async ValueTask DisposeRedirectedAsync()
    {
        foreach (RedirPlug plug in redirected)
        {
            await plug.Peer.DisposeAsync();
        }
        redirected.Clear();
    }
}
