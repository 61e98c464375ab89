namespace Gatekeeper.Rig.Tests.Guests;

/// <summary>One boot that serves all tests of a class.</summary>
public abstract class DeviceFixture(string name, Func<Task<DeviceTemplate>>? template = null, int minutes = 12) : IAsyncLifetime
{
    private int nextPort;

    /// <summary>The running device, idle and not in use.</summary>
    public Device Device { get; private set; } = null!;

    /// <summary>A port nothing was in before: another identity on the same port within two seconds is itself a refusal (I10).</summary>
    public int NewPort() => ++nextPort <= 8 ? nextPort : throw new InvalidOperationException("all eight ports were used");

    public virtual async Task InitializeAsync()
    {
        Device = await (await (template?.Invoke() ?? Lab.TemplateAsync())).StartAsync(name, TimeSpan.FromMinutes(minutes));
        await Device.WaitIdleAsync();
    }

    /// <summary>After each test: nothing is left in a port.</summary>
    public async Task PullEverythingAsync()
    {
        await Device.Qemu.UnplugAllAsync();
        await Device.WaitPluggedAsync(0);
    }

    public async Task DisposeAsync()
    {
        if (Device is not null)
        {
            await Device.DisposeAsync();
        }
    }
}
