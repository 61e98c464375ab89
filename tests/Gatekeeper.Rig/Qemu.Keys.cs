using System.Text.Json.Nodes;

namespace Gatekeeper.Rig;

public sealed partial class Qemu
{
    /// <summary>Presses the machine's power button: the guest sees an ACPI event.</summary>
    public Task PressPowerButtonAsync() => Qmp.RunAsync("system_powerdown");

    /// <summary>Holds a key of the PS/2 keyboard on the board.</summary>
    /// <param name="key">QEMU's name of the key, for example f12.</param>
    /// <param name="time">How long it stays down.</param>
    public async Task HoldKeyAsync(string key, TimeSpan time)
    {
        await SendKeyAsync(key, down: true);
        await Task.Delay(time);
        await SendKeyAsync(key, down: false);
    }

    private Task<JsonNode> SendKeyAsync(string key, bool down) => Qmp.RunAsync("input-send-event", new JsonObject
    {
        ["events"] = new JsonArray(new JsonObject
        {
            ["type"] = "key",
            ["data"] = new JsonObject
            {
                ["down"] = down,
                ["key"] = new JsonObject { ["type"] = "qcode", ["data"] = key },
            },
        }),
    });
}
