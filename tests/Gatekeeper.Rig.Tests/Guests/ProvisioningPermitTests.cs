using Gatekeeper.Release;
using JsonObject = System.Text.Json.Nodes.JsonObject;

namespace Gatekeeper.Rig.Tests.Guests;

public sealed class ProvisioningDevice() : DeviceFixture("provisioning");

/// <summary>A device gets its facts from one file on a stick: the first time without being asked, after their loss by answering its challenge.</summary>
[Trait("part", "rig")]
[Trait("long", "true")]
public sealed class ProvisioningPermitTests(ProvisioningDevice fixture) : MachineStateBench(fixture), IClassFixture<ProvisioningDevice>
{
    [Fact]
    public async Task NeverProvisioned_TakesItsFactsFromAPermitOnAStick_AndNoSecondOnes()
    {
        string state = await Device.PartitionAsync("gk-state");
        await Device.Shell.RunAsync($"dd if={state} of=/tmp/state bs=1M count=3 2>/dev/null");
        await WithServiceAwayAsync($"dd if=/dev/zero of={state} bs=1M count=3 conv=notrunc 2>/dev/null");
        Assert.Contains("not provisioned", await MendAsync("trust state"), StringComparison.Ordinal);

        string permit = await ProvisionPermitAsync("first.gkp", "--action", "provision");
        string stick = await Lab.Fat32Async("first-permit", permit);
        long since = await Device.NextAuditAsync();
        Plugged plugged = await Device.Qemu.PlugStickAsync(stick, NewPort());
        await Device.WaitStatusAsync("sentence", TimeSpan.FromSeconds(60), s => (string?)s["state"] == "taken");
        (await Device.Screen.WaitStillAsync(TimeSpan.FromSeconds(15))).Save("provisioned-by-permit");
        JsonObject status = await Device.StatusAsync();
        Assert.Equal(("good", "PM200-000017"), ((string?)status["trust"], (string?)status["device_id"]));
        Assert.Contains(await Device.AuditAsync(since), r => r.Event == "provisioned");
        await Device.Qemu.UnplugAsync(plugged);
        await Device.WaitIdleAsync();

        since = await Device.NextAuditAsync();
        plugged = await Device.Qemu.PlugStickAsync(stick, NewPort());
        AuditRecord verdict = await Device.WaitAuditAsync("verdict", since, TimeSpan.FromSeconds(60), r => r.Code is not null);
        Assert.Equal(RefusalCatalogue.Of(Refusal.ProvisionedAlready).Code, verdict.Code);
        await Device.Qemu.UnplugAsync(plugged);
        await WithServiceAwayAsync($"dd if=/tmp/state of={state} bs=1M count=3 conv=notrunc 2>/dev/null; rm /tmp/state");
    }

    [Fact]
    public async Task StateIsLost_APermitThatAnswersTheChallengeGivesTheFactsAgain()
    {
        string state = await Device.PartitionAsync("gk-state");
        await Device.Shell.RunAsync($"dd if={state} of=/tmp/state bs=1M count=3 2>/dev/null");
        await WithServiceAwayAsync($"dd if=/dev/urandom of={state} bs=1M count=3 conv=notrunc 2>/dev/null");

        long since = await Device.NextAuditAsync();
        Plugged plugged = await Device.Qemu.PlugStickAsync(
            await Lab.Fat32Async("early-permit", await ProvisionPermitAsync("early.gkp", "--action", "provision")), NewPort());
        AuditRecord verdict = await Device.WaitAuditAsync("verdict", since, TimeSpan.FromSeconds(60), r => r.Code is not null);
        Assert.Equal(RefusalCatalogue.Of(Refusal.PermitNotAsked).Code, verdict.Code);
        await Device.Qemu.UnplugAsync(plugged);

        await Device.Qemu.PressPowerButtonAsync();
        JsonObject status = await Device.WaitStatusAsync("challenge", TimeSpan.FromSeconds(20), s => s["challenge"] is not null);
        string challenge = (string)status["challenge"]!;
        string permit = await ProvisionPermitAsync("answer.gkp", ["--challenge", .. challenge.Split(' ')]);
        plugged = await Device.Qemu.PlugStickAsync(await Lab.Fat32Async("answer-permit", permit), NewPort());
        await Device.WaitStatusAsync("facts", TimeSpan.FromSeconds(60), s => (string?)s["trust"] == "good" && (string?)s["device_id"] == "PM200-000017");
        await Device.Qemu.UnplugAsync(plugged);
        await Device.Qemu.PressPowerButtonAsync();
        await WithServiceAwayAsync($"dd if=/tmp/state of={state} bs=1M count=3 conv=notrunc 2>/dev/null; rm /tmp/state");
    }

    private static async Task<string> ProvisionPermitAsync(string name, params string[] asked)
    {
        string facts = Lab.At("device.json");
        await File.WriteAllTextAsync(facts, DeviceTemplate.DeviceFile);
        return await (await Lab.VendorAsync()).PermitAsync(Lab.At(name), [.. asked, "--product", Vendor.Product, "--device", facts]);
    }
}
