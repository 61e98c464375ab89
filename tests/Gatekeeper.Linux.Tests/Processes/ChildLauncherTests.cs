using System.Globalization;
using Gatekeeper.Linux.Processes;
using Gatekeeper.Linux.Sockets;
using Microsoft.Win32.SafeHandles;

namespace Gatekeeper.Linux.Tests.Processes;

/// <summary>What a child has is read from /proc by its parent, not asked of the child.</summary>
public sealed class ChildLauncherTests : IDisposable
{
    private const uint Nobody = 65534;

    // A shell and a clock stand in for our own program, which has a folder of its own.
    private readonly ChildLauncher launcher = new(Nobody, ["/usr/bin"]);

    public void Dispose() => launcher.Dispose();

    [Fact]
    public void I03_AChildRunsAsItsOwnUserWithoutAnyCapability()
    {
        using Started child = Start("read line <&3");
        Dictionary<string, string> status = child.Status();

        Assert.Equal("65534 65534 65534 65534", status["Uid"]);
        Assert.Equal("65534 65534 65534 65534", status["Gid"]);
        Assert.Equal(string.Empty, status["Groups"]);
        Assert.Equal("1", status["NoNewPrivs"]);
        foreach (string set in new[] { "CapInh", "CapPrm", "CapEff", "CapAmb" })
        {
            Assert.Equal("0000000000000000", status[set]);
        }

        // Dropping from the bounding set needs CAP_SETPCAP, which root has.
        Assert.Equal("0000000000000000", status["CapBnd"]);
    }

    [Fact]
    public void I03_AChildHasItsSocketAndNoOtherDescriptor()
    {
        // Something that a careless launcher would leak: a descriptor without close-on-exec.
        using var leak = new SafeFileHandle(Libc.Socket(SocketConstants.AF_UNIX, SocketConstants.SOCK_STREAM, 0), ownsHandle: true);
        using Started child = Start("exec sleep 60");

        string folder = $"/proc/{child.Process.Id}/fd";

        // The shell and the loader open a file for a moment each; what was leaked to the child stays.
        string[] descriptors = [];
        for (int i = 0; i < 200 && !descriptors.SequenceEqual(["0", "1", "2", "3"]); i++)
        {
            Thread.Sleep(i == 0 ? 0 : 50);
            descriptors = [.. Directory.GetFiles(folder).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];
        }

        Assert.Equal(["0", "1", "2", "3"], descriptors);
        Assert.Equal("/dev/null", new FileInfo($"{folder}/0").LinkTarget);
        Assert.Equal("/dev/null", new FileInfo($"{folder}/1").LinkTarget);
        Assert.Equal("/dev/null", new FileInfo($"{folder}/2").LinkTarget);
        Assert.StartsWith("socket:", new FileInfo($"{folder}/3").LinkTarget, StringComparison.Ordinal);
    }

    [Fact]
    public void TheChildsEnvironmentIsOnlyWhatItWasGiven()
    {
        using Started child = Start("read line <&3");
        string[] environment = File.ReadAllText($"/proc/{child.Process.Id}/environ").Split('\0', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains("DOTNET_EnableDiagnostics=0", environment);
        Assert.DoesNotContain(environment, v => v.StartsWith("HOME=", StringComparison.Ordinal) || v.StartsWith("PATH=", StringComparison.Ordinal));
    }

    [Fact]
    public void TheLaunchersPrivilegesAreGoneOnlyInItsThread()
    {
        using Started child = Start("read line <&3");
        Dictionary<string, string> ours = Started.StatusOf("self");
        Assert.StartsWith($"{Environment.GetEnvironmentVariable("SUDO_UID") ?? "0"} ", ours["Uid"] + " ", StringComparison.Ordinal);
        Assert.Equal("0", ours["NoNewPrivs"]);
        Assert.NotEqual("0000000000000000", ours["CapEff"]);
    }

    [Fact]
    public void AChildThatListensEndsWithItsSocket()
    {
        using Started child = Start("read line <&3");
        Assert.False(child.Process.WaitForEnd(0));
        child.Ours.Dispose();
        Assert.True(child.Process.WaitForEnd(5000));
    }

    [Fact]
    public void AChildThatDoesNotListenIsKilledByItsHandle()
    {
        using Started child = Start("while :; do :; done");
        Assert.False(child.Process.WaitForEnd(20));
        child.Process.Kill();
        Assert.True(child.Process.WaitForEnd(0));
        Assert.False(Directory.Exists($"/proc/{child.Process.Id}"));
        child.Process.Kill(); // once more does nothing
    }

    [Fact]
    public void AProgramThatIsNotThereIsAnError()
    {
        (UnixChannel ours, UnixChannel theirs) = UnixChannel.Pair();
        using (ours)
        using (theirs)
        {
            var spec = new ChildSpec { Path = "/no/such/program", Arguments = ["x"], Socket = theirs };
            LinuxException failed = Assert.Throws<LinuxException>(() => launcher.Start(spec));
            Assert.Equal(Errno.ENOENT, failed.Error);
        }
    }

    [Fact]
    public void I03_NoChildIsStartedAsRoot() => Assert.Throws<ArgumentException>(() => new ChildLauncher(0));

    private Started Start(string script)
    {
        (UnixChannel ours, UnixChannel theirs) = UnixChannel.Pair();
        using (theirs)
        {
            // The script says that it runs, so that what is read of it is the program's and not the launcher's.
            string[] arguments = ["sh", "-c", $"printf x >&3; {script}"];
            var spec = new ChildSpec { Path = "/bin/sh", Arguments = [.. arguments], Socket = theirs };
            var started = new Started(launcher.Start(spec), ours);
            ours.Receive(new byte[1], 10_000);
            return started;
        }
    }

    private sealed record Started(ChildProcess Process, UnixChannel Ours) : IDisposable
    {
        public Dictionary<string, string> Status() => StatusOf(Process.Id.ToString(CultureInfo.InvariantCulture));

        public static Dictionary<string, string> StatusOf(string process) => File.ReadAllLines($"/proc/{process}/status")
            .Select(l => l.Split(':', 2))
            .ToDictionary(p => p[0], p => string.Join(' ', p[1].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));

        public void Dispose()
        {
            Ours.Dispose();
            Process.Dispose();
        }
    }
}
