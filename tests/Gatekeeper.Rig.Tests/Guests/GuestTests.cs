namespace Gatekeeper.Rig.Tests.Guests;

/// <summary>Tests that share the one boot of a fixture: nothing is left in a port after each.</summary>
public abstract class GuestTests(DeviceFixture fixture) : IAsyncLifetime
{
    private protected Device Device => fixture.Device;

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => fixture.PullEverythingAsync();

    /// <summary>See <see cref="DeviceFixture.NewPort"/>.</summary>
    private protected int NewPort() => fixture.NewPort();
}
