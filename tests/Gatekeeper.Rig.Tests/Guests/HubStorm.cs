namespace Gatekeeper.Rig.Tests.Guests;

/// <summary>
/// As many devices as the guest's controller takes beside others: three hubs in ports 4 to 6, another one in the eighth port of each, and in all other
/// ports of the six sticks, keyboards, mice and tablets; always the same in the same port.
/// </summary>
internal sealed class HubStorm
{
    private static readonly string[] Roots = ["4", "5", "6"];
    private static readonly string[] Kinds = ["usb-storage", "usb-kbd", "usb-mouse", "usb-tablet", "usb-kbd"];

    private readonly Device device;
    private readonly List<(string Port, string Driver, string? Image)> places = [];
    private readonly List<Plugged> hubs = [];

    private HubStorm(Device device) => this.device = device;

    /// <summary>All devices, hubs too.</summary>
    public int Count => places.Count + (2 * Roots.Length);

    /// <summary>What is judged, as sysfs names it: all but the hubs.</summary>
    public IReadOnlyList<string> Judged => [.. Sticks, .. Inputs];

    /// <summary>The sticks.</summary>
    public IEnumerable<string> Sticks => places.Where(p => p.Image is not null).Select(p => $"1-{p.Port}");

    /// <summary>Keyboards, mice and tablets.</summary>
    public IEnumerable<string> Inputs => places.Where(p => p.Image is null).Select(p => $"1-{p.Port}");

    /// <summary>Chooses a kind for each port and makes the sticks' images: QEMU locks an image, so two sticks cannot share one.</summary>
    public static async Task<HubStorm> PrepareAsync(Device device)
    {
        HubStorm storm = new(device);
        foreach (string port in Roots.SelectMany(root => Enumerable.Range(1, 7).Select(n => $"{root}.{n}").Concat(Enumerable.Range(1, 8).Select(n => $"{root}.8.{n}"))))
        {
            string driver = Kinds[storm.places.Count % Kinds.Length];
            string? image = driver == "usb-storage" ? await Stick.CopyAsync(await Lab.EmptyAsync(), Lab.At($"storm-{port}.img")) : null;
            storm.places.Add((port, driver, image));
        }

        return storm;
    }

    /// <summary>Plugs all of it as fast as QEMU takes it: the hubs, and what is behind them before the guest has seen them.</summary>
    public async Task PlugAsync()
    {
        foreach (string root in Roots)
        {
            hubs.Add(await device.Qemu.PlugAsync("usb-hub", root));
            await device.Qemu.PlugAsync("usb-hub", $"{root}.8");
        }
        foreach ((string port, string driver, string? image) in places)
        {
            _ = image is null ? await device.Qemu.PlugAsync(driver, port) : await device.Qemu.PlugStickAsync(image, port);
        }
    }

    /// <summary>Pulls all of it by the three hubs.</summary>
    public async Task PullAsync()
    {
        foreach (Plugged hub in hubs)
        {
            await device.Qemu.UnplugHubAsync(hub);
        }
        hubs.Clear();
    }
}
