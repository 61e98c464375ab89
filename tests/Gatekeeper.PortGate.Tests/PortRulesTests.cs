using static Gatekeeper.PortGate.Tests.Descriptors;

namespace Gatekeeper.PortGate.Tests;

public sealed class PortRulesTests
{
    private static readonly byte[] Composite = Device(Configuration(1, 2, Keys(0), Alternate(1, 0, 3, 0, 0, Interrupt(0x84))));

    [Theory]
    [InlineData("allow id 090c:1000", true)]
    [InlineData("allow id 090C:1000", true)]
    [InlineData("allow id 090c:1001", false)]
    [InlineData("allow id 090c:*", true)]
    [InlineData("allow with-interface 03:01:01", true)]
    [InlineData("allow with-interface 03:*:*", true)]
    [InlineData("allow with-interface 03:01:02", false)]
    [InlineData("allow with-interface { 03:01:01 }", true)]
    [InlineData("allow with-interface { 03:01:01 03:00:00 }", false)]
    [InlineData("allow via-port \"1-2\"", true)]
    [InlineData("allow via-port \"1-2.1\"", false)]
    [InlineData("allow id 090c:1000 with-interface 03:01:01 via-port \"1-2\"", true)]
    [InlineData("allow id 090c:1000 with-interface 03:01:01 via-port \"1-1\"", false)]
    public void AnAllowRuleFitsWhenAllItsConditionsDo(string rule, bool fits) =>
        Assert.Equal(fits, PortJudge.Judge(Snapshot(Keyboard()), PortRules.Parse([rule])) is PortVerdict.Allowed);

    [Theory]
    [InlineData("allow with-interface 03:01:01", false)]
    [InlineData("allow with-interface { 03:01:01 03:00:00 }", true)]
    [InlineData("allow with-interface 03:*:*", true)]
    [InlineData("allow with-interface { 03:*:* 08:06:50 }", false)]
    public void AnAllowRuleAccountsForEveryInterface(string rule, bool fits) =>
        Assert.Equal(fits, PortJudge.Judge(Snapshot(Composite), PortRules.Parse([rule])) is PortVerdict.Allowed);

    [Fact]
    public void TheFirstRuleThatFitsDecides()
    {
        PortRules rules = PortRules.Parse(["block id 090c:1000", "allow with-interface 03:*:*"]);
        Assert.IsType<PortVerdict.Denied>(PortJudge.Judge(Snapshot(Keyboard()), rules));
    }

    [Theory]
    [InlineData("allow")]
    [InlineData("reject id 090c:1000")]
    [InlineData("ALLOW id 090c:1000")]
    [InlineData("allow id")]
    [InlineData("allow id 090c")]
    [InlineData("allow id *:*")]
    [InlineData("allow id *:1000")]
    [InlineData("allow id 90c:1000")]
    [InlineData("allow id 090c:1000 id 090c:1001")]
    [InlineData("allow id 0x090c:1000")]
    [InlineData("allow serial \"A\"")]
    [InlineData("allow id 090c:1000 if localtime(00:00-12:00)")]
    [InlineData("allow with-interface equals { 03:01:01 }")]
    [InlineData("allow with-interface one-of { 03:01:01 }")]
    [InlineData("allow with-interface { }")]
    [InlineData("allow with-interface { 03:01:01")]
    [InlineData("allow with-interface 03:*:01")]
    [InlineData("allow with-interface *:*:*")]
    [InlineData("allow with-interface 3:1:1")]
    [InlineData("allow via-port 1-2")]
    [InlineData("allow via-port \"usb1\"")]
    [InlineData("allow via-port \"1-2:1.0\"")]
    [InlineData("allow via-port \"01-2\"")]
    public void WhatIsNotUnderstood_IsAnErrorThatNamesTheLine(string rule)
    {
        PortRuleException wrong = Assert.Throws<PortRuleException>(() => PortRules.Parse(["# head", "block id 1234:*", rule]));
        Assert.Equal(3, wrong.Line);
        Assert.StartsWith("rule line 3: ", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void I11_ThereIsALimitOfRules() =>
        Assert.Throws<PortRuleException>(() => PortRules.Parse(Enumerable.Repeat("block id 1234:*", 257)));
}
