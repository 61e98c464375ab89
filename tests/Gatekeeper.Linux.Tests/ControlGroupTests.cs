using Gatekeeper.Linux.Processes;

namespace Gatekeeper.Linux.Tests;

public sealed class ControlGroupTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("gk-cgroup-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Theory]
    [InlineData("")]
    [InlineData("0::/\n")]
    [InlineData("4:memory:/gatekeeper/service\n")]
    public void NoGroup_IsSaid_AndNoChildIsMoved(string own)
    {
        var group = new ControlGroup(root, own);
        Assert.Equal("gatekeeperd is in no control group", group.Missing());
        Assert.Equal("none", group.Describe());
        Assert.False(group.Enter(1));
    }

    [Fact]
    public void Group_WithoutLimits_IsSaid()
    {
        Make("gatekeeper/service", ("memory.max", "max\n"));
        Assert.Equal("no memory.max, no pids.max", new ControlGroup(root, "0::/gatekeeper/service\n").Missing());
    }

    [Fact]
    public void Group_WithLimits_TakesChildrenBesideIt()
    {
        Make("gatekeeper/service", ("memory.max", "150994944\n"), ("pids.max", "128\n"), ("cpu.weight", "100\n"), ("io.max", "\n"));
        var group = new ControlGroup(root, "1:name=systemd:/x\n0::/gatekeeper/service\n");
        Assert.Equal("no group for the processes that read sticks", group.Missing());
        Assert.False(group.Enter(4711));
        Make("gatekeeper/sticks", ("cgroup.procs", ""));
        Assert.Null(group.Missing());
        Assert.True(group.Enter(4711));
        Assert.Equal("4711", File.ReadAllText(Path.Combine(root, "gatekeeper/sticks/cgroup.procs")));
        Assert.Equal("cpu.weight 100, memory.max 150994944, pids.max 128", group.Describe());
    }

    private void Make(string group, params (string File, string Text)[] files)
    {
        Directory.CreateDirectory(Path.Combine(root, group));
        foreach ((string file, string text) in files)
        {
            File.WriteAllText(Path.Combine(root, group, file), text);
        }
    }
}
