using System.Buffers.Binary;
using System.Globalization;
using Gatekeeper.Linux.Processes;
using Gatekeeper.Linux.Sockets;

namespace Gatekeeper.Linux.Tests.Sandbox;

/// <summary>Starts confined children of this very assembly, as gatekeeperd starts its own.</summary>
internal sealed class SandboxBench : IDisposable
{
    public const uint User = 64901;

    private static readonly string Assembly = typeof(SandboxBench).Assembly.Location;

    private readonly ChildLauncher launcher = new(User);

    /// <summary>The real program in its role.</summary>
    public StickChild Start(string role) => StickChild.Start(launcher, role, "exec", Assembly);

    /// <summary>A child that obeys, as soon as it is confined.</summary>
    public Confined StartCaptive(string how)
    {
        Confined child = Start(["exec", Assembly, Captive.Role, how]);
        child.Ours.Receive(new byte[1], 30_000);
        return child;
    }

    /// <summary>A real role with something more in its environment.</summary>
    public Confined StartWith(string role, params string[] environment) => Start(["exec", Assembly, role], environment);

    public void Dispose() => launcher.Dispose();

    /// <summary>Waits until the process has its filter and returns the status of each of its threads.</summary>
    public static Dictionary<string, string>[] ThreadsOnceConfined(int process)
    {
        for (int i = 0; i < 600; i++)
        {
            // A thread may end between being listed and being read.
            Dictionary<string, string>[] threads = [.. Directory.GetDirectories($"/proc/{process}/task").Select(t => Status(t)).Where(s => s.Count > 0)];
            if (threads.Length > 0 && threads[0]["Seccomp"] == "2")
            {
                return threads;
            }

            Thread.Sleep(50);
        }

        throw new TimeoutException("the child was not confined within 30 s");
    }

    private static Dictionary<string, string> Status(string folder)
    {
        try
        {
            return File.ReadAllLines($"{folder}/status").Select(l => l.Split(':', 2))
                .ToDictionary(p => p[0], p => string.Join(' ', p[1].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or IOException)
        {
            return [];
        }
    }

    private Confined Start(string[] arguments, params string[] environment)
    {
        (UnixChannel ours, UnixChannel theirs) = UnixChannel.Pair();
        using (theirs)
        {
            var spec = new ChildSpec { Arguments = ["dotnet", .. arguments], Socket = theirs };
            return new Confined(launcher.Start(spec with { Environment = [.. spec.Environment, .. environment] }), ours);
        }
    }

    /// <summary>A confined child and our end of its socket.</summary>
    internal sealed record Confined(ChildProcess Process, UnixChannel Ours) : IDisposable
    {
        /// <summary>Has a captive do something.</summary>
        /// <returns>"errno N" or "done" when it lived to tell, else how it ended.</returns>
        public string Do(Act act)
        {
            byte[] bytes = new byte[8];
            BinaryPrimitives.WriteInt32LittleEndian(bytes, Acts.All.IndexOf(act));
            Ours.Send(bytes.AsSpan(0, 4), 5000);
            try
            {
                Ours.Receive(bytes, 30_000);
            }
            catch (EndOfStreamException)
            {
                Assert.True(Process.WaitForEnd(10_000));
                return Process.End!;
            }

            long result = BinaryPrimitives.ReadInt64LittleEndian(bytes);
            return result >= 0 ? "done" : string.Create(CultureInfo.InvariantCulture, $"errno {-result}");
        }

        public void Dispose()
        {
            Ours.Dispose();
            Process.Dispose();
        }
    }
}
