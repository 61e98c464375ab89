using Gatekeeper.Release;
using Gatekeeper.Stick.Transport;

namespace Gatekeeper.Stick.Tests.Transport;

public sealed class StickBudgetTests
{
    private readonly FakeClock _clock = new();

    [Fact]
    public void I11_WhatOneStickMayCostIsBounded()
    {
        var budget = new StickBudget(_clock);
        for (long sent = 0; sent < Limits.StickBytes; sent += 1 << 30)
        {
            budget.Spend(1 << 30);
        }

        Assert.Equal(Refusal.StickTimeout, Assert.Throws<RefusedException>(() => budget.Spend(1)).Code);

        var held = new StickBudget(_clock);
        _clock.Milliseconds += Limits.StickMilliseconds;
        held.Spend(1);
        _clock.Milliseconds++;
        Assert.Throws<RefusedException>(() => held.Spend(1));
    }
}
