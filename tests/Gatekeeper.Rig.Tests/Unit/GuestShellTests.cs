using System.Net;
using System.Net.Sockets;

namespace Gatekeeper.Rig.Tests.Unit;

/// <summary>The shell's framing, against the host's own sh over a socket, once with an echo as a terminal makes it, once without.</summary>
public sealed class GuestShellTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task OutputAndExitCodeComeBack(bool echo)
    {
        await using HostShell host = await HostShell.StartAsync(echo);
        await using GuestShell shell = new(host.Stream);

        ShellResult result = await shell.TryAsync("echo one; echo two >&2; exit 7");
        Assert.Equal(7, result.ExitCode);
        Assert.Equal("one\ntwo", result.Output);
        Assert.Equal("", await shell.RunAsync("true"));
        Assert.Equal("no line end", await shell.RunAsync("printf 'no line end'"));
    }

    [Fact]
    public async Task ACommandOfSeveralLinesAndASyntaxErrorDoNotBreakTheFraming()
    {
        await using HostShell host = await HostShell.StartAsync(echo: true);
        await using GuestShell shell = new(host.Stream);

        Assert.Equal("1\n2", await shell.RunAsync("for i in 1 2\ndo\necho $i\ndone"));
        RigException failed = await Assert.ThrowsAsync<RigException>(() => shell.RunAsync("false"));
        Assert.Contains("ended with 1", failed.Message, StringComparison.Ordinal);
        Assert.NotEqual(0, (await shell.TryAsync("if then fi (")).ExitCode);
        Assert.Equal("still here", await shell.RunAsync("echo still here"));
    }

    [Fact]
    public async Task FilesGoInAndOutUnchanged()
    {
        await using HostShell host = await HostShell.StartAsync(echo: false);
        await using GuestShell shell = new(host.Stream);
        byte[] content = [.. Enumerable.Range(0, 9000).Select(i => unchecked((byte)((i * 7) + (i >> 8))))];
        string path = Path.Combine(Repository.NewScratch("shell"), "file");

        await shell.PutFileAsync(path, content);

        Assert.Equal(content, await File.ReadAllBytesAsync(path));
        Assert.Equal(content, await shell.GetFileAsync(path));
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    [Fact]
    public async Task ACommandWithoutEndIsGivenUp_AndALineTooLongIsOurMistake()
    {
        await using HostShell host = await HostShell.StartAsync(echo: false);
        await using GuestShell shell = new(host.Stream);

        await Assert.ThrowsAsync<RigException>(() => shell.RunAsync("sleep 3", TimeSpan.FromMilliseconds(300)));
        await Assert.ThrowsAsync<ArgumentException>(() => shell.RunAsync(new string('x', 4001)));
    }

    [Fact]
    public async Task AShellThatIsStartedAnewGivesNoAnswer_AndTheNextCommandIsAnswered()
    {
        await using HostShell host = await HostShell.StartAsync(echo: false);
        await using GuestShell shell = new(host.Stream);

        RigException lost = await Assert.ThrowsAsync<RigException>(() => shell.RunAsync("echo rig-shell-ready; sleep 1"));
        Assert.Contains("started anew", lost.Message, StringComparison.Ordinal);
        Assert.Equal("again", await shell.RunAsync("echo again"));
    }

    /// <summary>The host's sh, fed from a socket; with echo, its input is also sent back first.</summary>
    private sealed class HostShell(System.Diagnostics.Process process, NetworkStream stream, Task pump) : IAsyncDisposable
    {
        public NetworkStream Stream => stream;

        public static async Task<HostShell> StartAsync(bool echo)
        {
            using TcpListener listener = new(IPAddress.Loopback, 0);
            listener.Start();
            Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await client.ConnectAsync(listener.LocalEndpoint);
            NetworkStream server = new(await listener.AcceptSocketAsync(), true);
            System.Diagnostics.Process sh = System.Diagnostics.Process.Start(
                new System.Diagnostics.ProcessStartInfo("sh") { RedirectStandardInput = true, RedirectStandardOutput = true })!;
            return new HostShell(sh, new NetworkStream(client, true), Task.WhenAll(InAsync(server, sh, echo), OutAsync(server, sh)));
        }

        public async ValueTask DisposeAsync()
        {
            await stream.DisposeAsync();
            process.Kill(entireProcessTree: true);
            await pump.WaitAsync(TimeSpan.FromSeconds(10));
            process.Dispose();
        }

        private static async Task InAsync(NetworkStream server, System.Diagnostics.Process sh, bool echo)
        {
            byte[] chunk = new byte[4096];
            try
            {
                while (await server.ReadAsync(chunk) is int count and > 0)
                {
                    if (echo)
                    {
                        await server.WriteAsync(chunk.AsMemory(0, count));
                    }
                    await sh.StandardInput.BaseStream.WriteAsync(chunk.AsMemory(0, count));
                    await sh.StandardInput.BaseStream.FlushAsync();
                }
            }
            catch (IOException)
            {
                // closed by the test
            }
        }

        private static async Task OutAsync(NetworkStream server, System.Diagnostics.Process sh)
        {
            try
            {
                await sh.StandardOutput.BaseStream.CopyToAsync(server);
            }
            catch (IOException)
            {
                // closed by the test
            }
        }
    }
}
