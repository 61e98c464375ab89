using System.Text.Json.Nodes;

namespace Gatekeeper.Rig;

/// <summary>A device in a port of the guest.</summary>
/// <param name="Id">Its id in QEMU.</param>
/// <param name="Driver">For example usb-storage.</param>
/// <param name="Port">The port of the controller, from 1; behind a hub 1.2.</param>
/// <param name="Image">A stick's image, else null.</param>
public sealed record Plugged(string Id, string Driver, string Port, string? Image);

public sealed partial class Qemu
{
    private readonly List<Plugged> inPorts = [];
    private int plugs;

    /// <summary>Pulls out whatever is still plugged: what a failed test left behind must not fail the next one.</summary>
    public async Task UnplugAllAsync()
    {
        foreach (RedirPlug left in redirected.ToArray())
        {
            await UnplugAsync(left);
        }
        // The last one first: a hub takes with it what is behind it.
        foreach (Plugged left in inPorts.AsEnumerable().Reverse().ToArray())
        {
            await UnplugAsync(left);
        }
    }

    /// <summary>Plugs a stick. The image stays writable for the guest, so that a write would be seen.</summary>
    /// <param name="image">A raw image, not shared with another guest.</param>
    /// <param name="port">Port of the controller, 1 to 8.</param>
    /// <param name="controller">"usb" is SuperSpeed; name another one that <see cref="Machine.More"/> made.</param>
    public Task<Plugged> PlugStickAsync(string image, int port = 1, string controller = "usb") => PlugStickAsync(image, $"{port}", controller);

    /// <summary>The same behind a hub: port 1.2 is port 2 of the hub in port 1.</summary>
    public async Task<Plugged> PlugStickAsync(string image, string port, string controller = "usb")
    {
        string id = $"plug{++plugs}";
        await Qmp.RunAsync("blockdev-add", new JsonObject
        {
            ["driver"] = "raw",
            ["node-name"] = id,
            ["file"] = new JsonObject { ["driver"] = "file", ["filename"] = image },
        });
        await Qmp.RunAsync("device_add", new JsonObject
        {
            ["driver"] = "usb-storage",
            ["id"] = id,
            ["drive"] = id,
            ["removable"] = true,
            ["bus"] = $"{controller}.0",
            ["port"] = port,
        });
        return Remember(new Plugged(id, "usb-storage", port, image));
    }

    /// <summary>Plugs any other device of QEMU's: usb-kbd, usb-mouse, usb-hub, usb-net, usb-audio, usb-serial, ...</summary>
    /// <param name="driver">QEMU's name.</param>
    /// <param name="port">Port of the controller, 1 to 8.</param>
    /// <param name="properties">Further properties.</param>
    public Task<Plugged> PlugAsync(string driver, int port = 1, JsonObject? properties = null) => PlugAsync(driver, $"{port}", properties);

    /// <summary>The same behind a hub: port 1.2 is port 2 of the hub in port 1.</summary>
    public async Task<Plugged> PlugAsync(string driver, string port, JsonObject? properties = null)
    {
        string id = $"plug{++plugs}";
        JsonObject arguments = properties?.DeepClone() as JsonObject ?? [];
        arguments["driver"] = driver;
        arguments["id"] = id;
        arguments["bus"] ??= "usb.0";
        arguments["port"] = port;
        if (driver == "usb-audio")
        {
            arguments["audiodev"] = "quiet";
        }
        await Qmp.RunAsync("device_add", arguments);
        if (driver is "usb-bot" or "usb-uas")
        {
            // QEMU waits with these until their disks were added.
            await Qmp.RunAsync("qom-set", new JsonObject { ["path"] = $"/machine/peripheral/{id}", ["property"] = "attached", ["value"] = true });
        }
        return Remember(new Plugged(id, driver, port, null));
    }

    /// <summary>Pulls a device out, in the middle of whatever it does, and waits until QEMU has let go of it.</summary>
    public async Task UnplugAsync(Plugged device)
    {
        int since = Qmp.EventCount;
        await Qmp.RunAsync("device_del", new JsonObject { ["id"] = device.Id });
        await Qmp.WaitEventAsync("DEVICE_DELETED", since, TimeSpan.FromSeconds(20), data => (string?)data["device"] == device.Id);
        await ForgetAsync(device);
    }

    /// <summary>Pulls a hub out, and with it at once everything that is behind it.</summary>
    public async Task UnplugHubAsync(Plugged hub)
    {
        Plugged[] behind = [.. inPorts.Where(p => p.Port.StartsWith(hub.Port + ".", StringComparison.Ordinal))];
        await UnplugAsync(hub);
        foreach (Plugged gone in behind)
        {
            await ForgetAsync(gone);
        }
    }

    private async Task ForgetAsync(Plugged device)
    {
        inPorts.Remove(device);
        if (device.Image is not null)
        {
            await Wait.UntilAsync($"release of {device.Image}", TimeSpan.FromSeconds(10), async () =>
            {
                try
                {
                    await Qmp.RunAsync("blockdev-del", new JsonObject { ["node-name"] = device.Id });
                    return true;
                }
                catch (QmpException)
                {
                    return false; // a transfer that was cancelled still holds it
                }
            });
        }
    }

    private Plugged Remember(Plugged plugged)
    {
        inPorts.Add(plugged);
        return plugged;
    }
}
