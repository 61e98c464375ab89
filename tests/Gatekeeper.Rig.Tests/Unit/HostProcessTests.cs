namespace Gatekeeper.Rig.Tests.Unit;

public sealed class HostProcessTests
{
    [Fact]
    public async Task ItIsKilledAtItsDeadline()
    {
        await using HostProcess process = await HostProcess.StartAsync("sleep", ["60"], TimeSpan.FromMilliseconds(300));
        await process.WaitForExitAsync(TimeSpan.FromSeconds(10));
        Assert.True(process.PastDeadline);
    }

    [Fact]
    public async Task ItIsKilledOnDispose()
    {
        HostProcess process = await HostProcess.StartAsync("sleep", ["60"], TimeSpan.FromMinutes(1));
        int pid = process.Pid;
        Assert.True(Directory.Exists($"/proc/{pid}"));
        await process.DisposeAsync();
        Assert.False(Directory.Exists($"/proc/{pid}"));
    }

    [Fact]
    public async Task ItDiesWithTheThreadGroupThatStartedIt()
    {
        // The kernel is asked what it would do: setpriv tells the signal that it inherited from the one before it.
        await using HostProcess process = await HostProcess.StartAsync("setpriv", ["--dump"], TimeSpan.FromMinutes(1));
        await Wait.UntilAsync("answer of setpriv", TimeSpan.FromSeconds(10), () => Task.FromResult(process.Errors.Contains("Parent death signal", StringComparison.Ordinal)));
        Assert.Contains("Parent death signal: kill", process.Errors, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task AMissingProgramIsNamed()
    {
        RigException missing = await Assert.ThrowsAsync<RigException>(() => HostTool.RunAsync("gatekeeper-no-such-program", []));
        Assert.Contains("gatekeeper-no-such-program", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AToolThatDoesNotEndIsKilled()
        => await Assert.ThrowsAsync<RigException>(() => HostTool.RunAsync("sleep", ["60"], TimeSpan.FromMilliseconds(200)));
}
