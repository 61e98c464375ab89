using JsonObject = System.Text.Json.Nodes.JsonObject;

namespace Gatekeeper.Rig.Tests.Guests;

/// <summary>What tests of a machine's states share: the doctor's word, and damage done while the service is away.</summary>
public abstract class MachineStateBench(DeviceFixture fixture) : GuestTests(fixture)
{
    /// <summary>The doctor's findings.</summary>
    private protected async Task<IReadOnlyList<JsonObject>> DoctorAsync()
        => [.. (await Device.Shell.TryAsync("gatekeeper doctor --json", TimeSpan.FromSeconds(90))).Output
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => (JsonObject)System.Text.Json.Nodes.JsonNode.Parse(line)!)];

    private protected async Task<bool> GoodAsync(string area) => (bool)(await DoctorAsync()).Single(f => (string?)f["area"] == area)["good"]!;

    /// <summary>What the doctor says about an area that must be in need of mending.</summary>
    private protected async Task<string> MendAsync(string area)
    {
        JsonObject finding = (await DoctorAsync()).Single(f => (string?)f["area"] == area);
        Assert.False((bool)finding["good"]!, finding.ToJsonString());
        return $"{finding["text"]}: {finding["mend"]}";
    }

    private protected async Task<ShellResult> ProvisionAsync()
    {
        await Device.Shell.PutFileAsync("/run/device.json", System.Text.Encoding.UTF8.GetBytes(DeviceTemplate.DeviceFile));
        return await Device.Shell.TryAsync("gatekeeper provision --device /run/device.json", TimeSpan.FromSeconds(60));
    }

    private protected Task WithServiceAwayAsync(string command) => Flow.WithServiceAwayAsync(Device, command);
}
