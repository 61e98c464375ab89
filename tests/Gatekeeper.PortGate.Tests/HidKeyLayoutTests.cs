namespace Gatekeeper.PortGate.Tests;

/// <summary>Report descriptors of keypads and of what is none.</summary>
public sealed class HidKeyLayoutTests
{
    private const string Boot = "05010906A101050719E029E71500250175019508810295017508810195057501050819012905910295017503910195067508150025650507190029658100C0";

    [Fact]
    public void BootKeyboard_HasItsKeysBehindModifiersAndTheReservedByte() => Assert.Equal(new HidKeyLayout(null, 2, 6), Find(Boot));

    [Fact]
    public void NumberedReports_HaveTheirNumberFirst()
    {
        // Report 1: volume keys of a media page. Report 2: one byte of modifiers, then three keys.
        HidKeyLayout layout = Find("050C0901A101850175019508810285020507150025010507" + "19E029E7750195088102" + "19002965750895038100C0")!;
        Assert.Equal(new HidKeyLayout(2, 2, 3), layout);
        Assert.Null(layout.Down([1, 0, 0x1e, 0, 0]));
        Assert.Equal([0x1e], layout.Down([2, 0, 0x1e, 0, 0x1e])!);
    }

    [Theory]
    [InlineData("")]
    [InlineData("05010902A1010901A1000509190129031500250195037501810295017505810105010930093109381581257F750895038106C0C0")] // a mouse
    [InlineData("05010906A101050719002965750895068102C0")] // keys as flags, not as a list
    [InlineData("05010906A101050719002965750895068101C0")] // constant: padding
    [InlineData("05010906A101050719002965751095068100C0")] // two bytes a key
    [InlineData("05010906A10105071900296575089600FF8100C0")] // more keys than a report has bytes
    [InlineData("05010906A101050719002965750897FFFFFFFF8100C0")]
    [InlineData("05010906A101050719042965750895068100C0")] // codes that do not begin with 0
    [InlineData("05010906A1010507A419002965750895068100C0")] // a stack
    [InlineData("05010906A1010507FE0000")] // a long item
    [InlineData("05010906A1010507190029657508950681")] // ends inside
    [InlineData("05010906A10105078500190029657508950681")] // report number 0
    [InlineData("0501750195038101050719002965750895068100C0")] // not at a byte's border
    public void WhatIsUnusual_IsNoKeypad(string hex) => Assert.Null(Find(hex));

    [Fact]
    public void ReportThatIsShort_OrDoesNotKnow_SaysNothing()
    {
        HidKeyLayout layout = Find(Boot)!;
        Assert.Null(layout.Down([0, 0, 0x1e]));
        Assert.Null(layout.Down([]));
        Assert.Null(layout.Down([0, 0, 1, 1, 1, 1, 1, 1]));
        Assert.Empty(layout.Down(new byte[8])!);
    }

    [Fact]
    public void DescriptorAboveTheLimit_IsNotWalked() => Assert.Null(HidKeyLayout.Find(new byte[Release.Limits.MaxHidDescriptorBytes + 1]));

    private static HidKeyLayout? Find(string hex) => HidKeyLayout.Find(Convert.FromHexString(hex));
}
