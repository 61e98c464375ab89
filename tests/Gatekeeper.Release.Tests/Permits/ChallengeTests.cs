using Gatekeeper.Release.Permits;
using Gatekeeper.Vectors;

namespace Gatekeeper.Release.Tests.Permits;

public sealed class ChallengeTests
{
    [Fact]
    public void R_84_Text_IsTheFirst100Bits_InCrockfordsBase32()
    {
        Assert.Equal("0000-0000-0000-0000-0000", Challenge.Text(new byte[13]));
        byte[] ones = [.. Enumerable.Repeat((byte)0xFF, 13)];
        Assert.Equal("ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ", Challenge.Text(ones));

        // 00001 00010 00011 ... : the symbols 1, 2, 3, ... in five bits each.
        Assert.Equal("1234-5678-9ABC-DEFG-HJKM", Challenge.Text(Convert.FromHexString("08864298E84A96C6B9F08CA740")));
    }

    [Fact]
    public void R_84_EveryBitCounts_AndTheLastFourDoNot()
    {
        var seen = new HashSet<string> { Challenge.Text(new byte[13]) };
        for (int bit = 0; bit < 104; bit++)
        {
            byte[] random = new byte[13];
            random[bit / 8] = (byte)(0x80 >> (bit % 8));
            Assert.Equal(bit < 100, seen.Add(Challenge.Text(random)));
        }
    }

    [Theory]
    [InlineData("0123-4567-89AB-CDEF-GHJK")]
    [InlineData("0123456789abcdefghjk")]
    [InlineData(" o i23 4567 89ab--cdef ghjk ")]
    [InlineData("OL23-4567-89AB-CDEF-GHJK")]
    public void R_84_WhatAPersonTypes_IsRead(string typed)
    {
        Assert.True(Challenge.TryNormalize(typed, out string? nonce));
        Assert.Equal(StatementForge.Nonce, nonce);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0123-4567-89AB-CDEF-GHJ")]
    [InlineData("0123-4567-89AB-CDEF-GHJK-0")]
    [InlineData("U123-4567-89AB-CDEF-GHJK")]
    [InlineData("0123_4567_89AB_CDEF_GHJK")]
    [InlineData("ſ123-4567-89AB-CDEF-GHJK")] // its capital is S
    [InlineData("\u0131123-4567-89AB-CDEF-GHJK")] // its capital is I
    [InlineData("0123\t4567-89AB-CDEF-GHJK")]
    public void R_84_WhatIsNoNonce_IsNotMadeOne(string typed) => Assert.False(Challenge.TryNormalize(typed, out _));

    [Theory]
    [InlineData("downgrade SN-0001 0123-4567-89AB-CDEF-GHJK", PermitAction.Downgrade, "SN-0001")]
    [InlineData("  site-root  SN-0001  0123 4567 89ab cdef ghjk ", PermitAction.SiteRoot, "SN-0001")]
    [InlineData("provision - 0123-4567-89AB-CDEF-GHJK", PermitAction.Provision, "")]
    public void R_84_TheLine_IsReadAndWritten(string line, PermitAction action, string device)
    {
        Assert.True(Challenge.TryParse(line, out Challenge? challenge));
        Assert.Equal(new Challenge(action, device, StatementForge.Nonce), challenge);
        Assert.True(Challenge.TryParse(challenge.Line, out Challenge? again));
        Assert.Equal(challenge, again);
    }

    [Theory]
    [InlineData("")]
    [InlineData("downgrade SN-0001")]
    [InlineData("Downgrade SN-0001 0123-4567-89AB-CDEF-GHJK")]
    [InlineData("upgrade SN-0001 0123-4567-89AB-CDEF-GHJK")]
    [InlineData("downgrade SN/0001 0123-4567-89AB-CDEF-GHJK")]
    [InlineData("downgrade SN-0001 0123-4567-89AB-CDEF-GHJU")]
    public void R_84_AnotherLine_IsNotRead(string line) => Assert.False(Challenge.TryParse(line, out _));
}
