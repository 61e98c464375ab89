using System.Diagnostics;
using System.Net.Sockets;
using Gatekeeper.Linux.Sockets;
using Gatekeeper.Update.Status;

namespace Gatekeeper.Service.Tests.Status;

/// <summary>The example for a manufacturer's own screen, run as the program it is against the real server.</summary>
public sealed class StatusClientProgramTests : StatusSocketTests
{
    [Fact]
    public void EveryState_IsSaidInWords()
    {
        using var program = new ClientProgram(Path);
        Assert.Equal("Version 1.0.0. Nothing to do.", program.Next());
        var said = new HashSet<string>();
        foreach (StatusState state in Enum.GetValues<StatusState>().Where(s => s != StatusState.Idle))
        {
            Server.Tell(s => s with
            {
                State = state,
                PhasePercent = 40,
                SecondsLeft = 61,
                CanPull = true,
                Release = new StatusRelease("PM200", "2.0.0", "", 1),
                Message = state is StatusState.Refused or StatusState.Taken ? new StatusNotice("U-21", $"A sentence about {state}.", "Next.") : null,
            }, onScreen: false);
            string words = program.Next();
            Assert.True(said.Add(words), words);
            Assert.DoesNotContain("no words", words, StringComparison.Ordinal);
            if (state == StatusState.Copying)
            {
                Assert.Equal("Copying version 2.0.0: 40 %, about 2 min left. You can pull the stick now.", words);
            }
        }
    }

    [Fact]
    public void WhatItDoesNotKnow_IsSkipped_AndItConnectsAgain()
    {
        string path = Path + ".other";
        using Socket listener = Listen(path);
        using var program = new ClientProgram(path);
        using (Socket service = listener.Accept())
        {
            Send(service, """{"type":"something-new","x":[1]}""");
            Send(service, """{"format":1,"type":"status","state":"levitating","product":"PM200","running":"1.0.0","new":{"deep":[{}]}}""");
            Assert.Equal("The update service does something this screen has no words for.", program.Next());
            Send(service, """{"format":1,"type":"status","state":"idle","product":"PM200","running":"1.0.0"}""");
            Assert.Equal("Version 1.0.0. Nothing to do.", program.Next());
            Send(service, """{"format":2,"type":"status","state":"idle","running":"9.9.9"}""");
            Assert.Equal("No word from the update service.", program.Next());
        }

        using (Socket service = listener.Accept())
        {
            Send(service, """{"format":1,"type":"status","state":"done","product":"PM200","running":"2.0.0"}""");
            Assert.Equal("Version 2.0.0 is installed.", program.Next());
            service.Send("no json\n"u8);
            Assert.Equal("No word from the update service.", program.Next());
        }

        using (Socket service = listener.Accept())
        {
            Send(service, """{"format":1,"type":"status","state":"done","product":"PM200","running":"3.0.0"}""");
            Assert.Equal("Version 3.0.0 is installed.", program.Next());
        }
    }

    /// <summary>What becomes of a kiosk that keeps the screen. A kernel before 6.5 cannot name the process behind a socket: then it lives, and the answer says so.</summary>
    [Fact]
    public void I15_ProcessBehindASocket_IsEnded()
    {
        string path = Path + ".kill";
        using Socket listener = Listen(path);
        using var program = new ClientProgram(path);
        using Socket service = listener.Accept();
        bool killed = PeerProcess.Kill(service.SafeHandle);
        Assert.Equal(killed, program.HasEnded(killed ? 10_000 : 500));
        Assert.False(killed && PeerProcess.Kill(service.SafeHandle));
    }

    private static Socket Listen(string path)
    {
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen(4);
        return listener;
    }

    private static void Send(Socket socket, string line) => socket.Send(System.Text.Encoding.UTF8.GetBytes(line + "\n"));

    private sealed class ClientProgram : IDisposable
    {
        private readonly Process process;

        internal ClientProgram(string socket)
        {
            string file = System.IO.Path.Combine(AppContext.BaseDirectory, "status-client.dll");
            process = Process.Start(new ProcessStartInfo("dotnet", [file, "--socket", socket]) { RedirectStandardOutput = true })!;
        }

        internal bool HasEnded(int milliseconds) => process.WaitForExit(milliseconds);

        internal string Next()
        {
            Task<string?> line = process.StandardOutput.ReadLineAsync();
            Assert.True(line.Wait(TimeSpan.FromSeconds(20)), "the program says nothing");
            return line.Result ?? "(ended)";
        }

        public void Dispose()
        {
            process.Kill();
            process.WaitForExit();
            process.Dispose();
        }
    }
}
