using Gatekeeper.PortGate;
using Gatekeeper.Release.Permits;
using Gatekeeper.Service.Control;
using Gatekeeper.Service.Papers;

namespace Gatekeeper.Service.Tests.Papers;

public sealed class PeripheralDeskTests
{
    private readonly DeskBench bench = new DeskBench().WithFacts();
    private readonly FakeUsbTree tree = new();
    private readonly List<string> judgedAgain = [];
    private readonly PeripheralDesk desk;

    public PeripheralDeskTests() => desk = new PeripheralDesk(tree, bench.Trust, bench.Audit, judgedAgain.Add);

    [Fact]
    public void WhatIsPlugged_IsNamedAsAPermitNamesIt_AndJudgedSo()
    {
        tree.Plug(FakeUsbTree.Keyboard("1-2", 3));
        PermittedPeripheral named = desk.Plugged("1-2");
        Assert.Equal("1-2", named.Port);
        Assert.IsType<PortVerdict.Allowed>(PortJudge.Judge(FakeUsbTree.Keyboard("1-2", 9), PortRules.None, [named]));
        Assert.Throws<RequestRefusedException>(() => desk.Plugged("1-3"));
    }

    [Fact]
    public void Forgetting_TakesBackEverythingAtThePort_OnRecordAndDurably_AndShutsIt()
    {
        PermittedPeripheral other = new(new string('7', 64), "1-3");
        bench.Keep(c => c with { Peripherals = [new(new string('5', 64), "1-2"), other, new(new string('6', 64), "1-2")] });
        desk.Forget("1-2");
        Assert.Equal(other, Assert.Single(bench.AfterPowerCut().Peripherals));
        Assert.Equal(["1-2"], judgedAgain);
        Assert.Equal("forgotten", bench.Log()[^1]);
        Assert.Throws<RequestRefusedException>(() => desk.Forget("1-2"));
        Assert.Single(judgedAgain);
    }
}
