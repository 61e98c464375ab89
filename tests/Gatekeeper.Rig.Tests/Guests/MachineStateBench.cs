using JsonObject = System.Text.Json.Nodes.JsonObject;

namespace Gatekeeper.Rig.Tests.Guests;

/// <summary>What tests of a machine's states share: the doctor's word, and damage done while the service is away.</summary>
public abstract class MachineStateBench(DeviceFixture fixture) : IAsyncLifetime
{
    private protected Device Device => fixture.Device;

    private protected int NewPort() => fixture.NewPort();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => fixture.PullEverythingAsync();

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

    /// <summary>Does something while gatekeeperd is not there, and waits until init has started it again.</summary>
    private protected async Task WithServiceAwayAsync(string command)
    {
        const string program = "/usr/lib/gatekeeper/gatekeeperd";
        await Device.Shell.RunAsync($"""
            mv {program} {program}.away
            {GuestScripts.ForEachService("", "kill -9 $p")}
            sleep 1
            {command}
            sync
            echo 3 > /proc/sys/vm/drop_caches
            mv {program}.away {program}
            """, TimeSpan.FromSeconds(60));
        await Device.WaitServiceAsync();
        await Device.WaitIdleAsync();
    }
}
