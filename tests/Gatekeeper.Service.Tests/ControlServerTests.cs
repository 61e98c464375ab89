using System.Net.Sockets;
using System.Text;
using Gatekeeper.Service.Control;
using Gatekeeper.Update.Control;

namespace Gatekeeper.Service.Tests;

public sealed class ControlServerTests : IDisposable
{
    private readonly string path = Path.Combine(Path.GetTempPath(), $"gk-control-{Guid.NewGuid():N}.sock");
    private readonly ControlServer server;
    private int uid;

    public ControlServerTests()
    {
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen(8);
        server = new ControlServer(listener, _ => uid, request => request.Command == ControlCommands.Confirm
            ? throw new RequestRefusedException("nothing is on trial", "see gatekeeper status")
            : new ControlAnswer { Slots = [] });
        new Thread(server.Run) { IsBackground = true }.Start();
    }

    public void Dispose()
    {
        server.Dispose();
        File.Delete(path);
    }

    private string Ask(string request)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { ReceiveTimeout = 10_000 };
        socket.Connect(new UnixDomainSocketEndPoint(path));
        using var stream = new NetworkStream(socket);
        try
        {
            stream.Write(Encoding.UTF8.GetBytes(request));
            socket.Shutdown(SocketShutdown.Send);
            using var reader = new StreamReader(stream);
            return reader.ReadToEnd();
        }
        catch (IOException e) when (e.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionReset or SocketError.Shutdown })
        {
            return "";
        }
    }

    [Fact]
    public void Request_FromRoot_IsAnsweredOnOneLine() =>
        Assert.Contains("\"slots\":[]", Ask("""{"format":1,"command":"slots"}""" + "\n"), StringComparison.Ordinal);

    [Fact]
    public void Request_FromAnybodyElse_GetsNoByte()
    {
        uid = 904;
        Assert.Equal("", Ask("""{"format":1,"command":"slots"}""" + "\n"));
    }

    [Fact]
    public void Request_ThatIsRefused_SaysWhyAndWhatToDo()
    {
        string answer = Ask("""{"format":1,"command":"confirm"}""" + "\n");
        Assert.Contains("nothing is on trial", answer, StringComparison.Ordinal);
        Assert.Contains("see gatekeeper status", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"format":2,"command":"slots"}""", "format 1")]
    [InlineData("""{"format":1,"command":"slots","x":1}""", "not understood")]
    [InlineData("""{"format":1,"command":"slots","command":"slots"}""", "not understood")]
    [InlineData("hello", "not understood")]
    public void Request_ThatIsNone_IsRefused(string request, string expected) =>
        Assert.Contains(expected, Ask(request + "\n"), StringComparison.Ordinal);

    [Fact]
    public void Request_WithoutEnd_IsRefusedAndTheNextOneIsAnswered()
    {
        Ask(new string('x', 300_000));
        Assert.Contains("\"slots\":[]", Ask("""{"format":1,"command":"slots"}""" + "\n"), StringComparison.Ordinal);
    }
}
