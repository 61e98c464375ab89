using System.Diagnostics;
using System.Globalization;
using Gatekeeper.Linux.Sandbox;
using Gatekeeper.Linux.Sockets;
using Gatekeeper.Release;
using Gatekeeper.Stick;
using Gatekeeper.Stick.Boundary;

namespace Gatekeeper.Linux.Tests.Sandbox;

/// <summary>What a walker and a pump cannot do whatever a stick made of them: each act in a real child under the real policy, from a thread-pool thread.</summary>
public sealed class TakenOverTests : IDisposable
{
    private readonly SandboxBench bench = new();

    public static TheoryData<string> Names => [.. Acts.All.Select(a => a.Name)];

    public void Dispose() => bench.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public void I03_AWalkerThatWasTakenOver_Cannot(string act)
    {
        using SandboxBench.Confined walker = bench.StartCaptive(Captive.Walker);
        Act tried = Acts.All.Single(a => a.Name == act);
        Assert.Equal(tried.Walker, walker.Do(tried));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void I03_APumpThatWasTakenOver_Cannot(string act)
    {
        using SandboxBench.Confined pump = bench.StartCaptive(Captive.Pump);
        Act tried = Acts.All.Single(a => a.Name == act);
        Assert.Equal(tried.Pump, pump.Do(tried));
    }

    [Fact]
    public void I03_WhatTheLauncherTook_IsGoneWithoutTheFilterToo()
    {
        using SandboxBench.Confined child = bench.StartCaptive(Captive.Launched);
        string[] denied = ["open a file", "open a disk to write a slot", "open the memory of another process", "create a file"];
        if (Landlock.Abi() == 0)
        {
            // Issue 6: this kernel has no Landlock. Then the status has to say so.
            Assert.Contains("sandbox: the kernel has no Landlock", Confinement.Missing());
            return;
        }

        Assert.All(Acts.All.Where(a => denied.Contains(a.Name)), act => Assert.Equal(Acts.Denied, child.Do(act)));
        Assert.Equal("done", child.Do(Acts.All.Single(a => a.Name == "open its own program")));
        Assert.Equal("errno 1", child.Do(Acts.All.Single(a => a.Name == "become root")));
        Assert.Equal("errno 1", child.Do(Acts.All.Single(a => a.Name == "signal another process")));
    }

    [Theory]
    [InlineData(Captive.Walker)]
    [InlineData(Captive.Pump)]
    public void I03_AConfinedChild_HoldsNothingItCouldWriteASlotWith(string how)
    {
        using SandboxBench.Confined child = bench.StartCaptive(how);
        foreach (string fd in Directory.GetFiles($"/proc/{child.Process.Id}/fd").Select(f => Path.GetFileName(f)))
        {
            string target = new FileInfo($"/proc/{child.Process.Id}/fd/{fd}").LinkTarget!;
            string flags = File.ReadAllLines($"/proc/{child.Process.Id}/fdinfo/{fd}").Single(l => l.StartsWith("flags:", StringComparison.Ordinal));
            bool readOnly = (Convert.ToInt32(flags[6..].Trim(), 8) & 3) == 0;
            bool ours = target is "/dev/null" or "/memfd:doublemapper (deleted)" || target.StartsWith("socket:", StringComparison.Ordinal)
                || target.StartsWith("pipe:", StringComparison.Ordinal) || target.StartsWith("anon_inode:", StringComparison.Ordinal);
            Assert.True(ours || readOnly, $"{fd} is {target}, {flags}");
            Assert.False(target.StartsWith("/dev/", StringComparison.Ordinal) && target != "/dev/null", $"{fd} is {target}");
        }
    }

    [Fact]
    public void I10_AChildThatDoesNotListen_EndsWithItsStick()
    {
        using SandboxBench.Confined child = bench.StartCaptive(Captive.Stubborn);
        child.Ours.Dispose();
        Assert.False(child.Process.WaitForEnd(300));
        child.Process.Dispose();
        Assert.Equal("signal 9", child.Process.End);
    }

    [Fact]
    public void I10_AChildThatDoesNotListen_EndsWithItsLauncher()
    {
        SandboxBench.Confined child;
        using (var other = new SandboxBench())
        {
            child = other.StartCaptive(Captive.Stubborn);
        }

        using (child)
        {
            Assert.True(child.Process.WaitForEnd(5000));
            Assert.Equal("signal 9", child.Process.End);
        }
    }

    [Fact]
    public void I10_AChildThatDoesNotListen_EndsWhenGatekeeperdIsKilled()
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["exec", typeof(Keeper).Assembly.Location, Keeper.Role]) { RedirectStandardOutput = true };
        using Process keeper = Process.Start(start)!;
        int child = int.Parse(keeper.StandardOutput.ReadLine()!, CultureInfo.InvariantCulture);
        Assert.True(Runs(child));
        keeper.Kill();
        keeper.WaitForExit();
        for (int i = 0; i < 100 && Runs(child); i++)
        {
            Thread.Sleep(50);
        }

        Assert.False(Runs(child));
    }

    [Fact]
    public void I03_AWalkerThatWasTakenOver_ReachesAStickWithReadsInsideItOnly()
    {
        // Its socket is all it has (the acts above), so this is what it can say: every type, with bodies that would be commands
        // to a pump or, the CBW of a WRITE (10), to a stick.
        byte[] write = [0x55, 0x53, 0x42, 0x43, 1, 0, 0, 0, 0, 2, 0, 0, 0, 0, 10, 0x2a, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0];
        byte[] open = new OpenMessage(0, 0, 0x81, 2, PortGate.UsbSpeed.High).Write();
        ReadMessage[] reads = [new(-1, 1), new(99, 2), new(0, 0), new(long.MaxValue, int.MaxValue), new(7, 1)];
        foreach (MessageType type in Enum.GetValues<MessageType>())
        {
            foreach (byte[] body in (byte[][])[write, open, .. reads.Select(r => r.Write())])
            {
                (UnixChannel ours, UnixChannel walker) = UnixChannel.Pair();
                using (ours)
                using (walker)
                {
                    var stick = new Recorder();
                    new FrameChannel(walker).Send(type, 1, body, 1000);
                    new FrameChannel(walker).Send(0, 2, [], 1000); // no message at all, so that nobody waits for more
                    Assert.Throws<RefusedException>(() => { WalkerClient.Find(ours, stick); });
                    bool mayRead = type == MessageType.Read && body.AsSpan().SequenceEqual(new ReadMessage(7, 1).Write());
                    Assert.Equal(mayRead ? [(7L, 512)] : [], stick.Reads);
                }
            }
        }
    }

    private static bool Runs(int process)
    {
        try
        {
            return !File.ReadAllText($"/proc/{process}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>A stick of 100 sectors. There is no other way to it than <see cref="Read"/>.</summary>
    private sealed class Recorder : ISectorSource
    {
        public List<(long Lba, int Bytes)> Reads { get; } = [];

        public int SectorSize => 512;

        public long SectorCount => 100;

        public void Read(long lba, Span<byte> buffer) => Reads.Add((lba, buffer.Length));
    }
}
