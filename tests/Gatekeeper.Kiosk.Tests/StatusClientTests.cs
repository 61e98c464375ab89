using System.Net.Sockets;
using System.Text;
using Gatekeeper.Release;
using Gatekeeper.Update.Status;

namespace Gatekeeper.Kiosk.Tests;

public sealed class StatusClientTests : IDisposable
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(10);

    private readonly string _path = Path.Combine(Path.GetTempPath(), $"gk-kiosk-{Guid.NewGuid():N}.sock");
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly List<ServiceLine> _lines = [];

    public StatusClientTests()
    {
        _listener.Bind(new UnixDomainSocketEndPoint(_path));
        _listener.Listen();
    }

    [Fact]
    public void NobodyListening_IsNotAnError() => Assert.Null(StatusClient.TryConnect(_path + ".not"));

    [Fact]
    public void FirstLine_IsHello()
    {
        using StatusClient client = StatusClient.TryConnect(_path)!;
        using Socket service = _listener.Accept();
        byte[] bytes = new byte[100];
        int count = service.Receive(bytes);
        Assert.Equal("{\"type\":\"hello\",\"role\":\"kiosk\"}\n", Encoding.UTF8.GetString(bytes, 0, count));
    }

    [Fact]
    public void LinesAreHandedOver_AndUnknownTypesSkipped()
    {
        using StatusClient client = StatusClient.TryConnect(_path)!;
        using Socket service = _listener.Accept();
        service.Send("{\"type\":\"screen-yours\"}\n{\"type\":\"weather\"}\n{\"type\":\"screen-re"u8);
        Assert.True(client.Receive(Wait, _lines.Add));
        service.Send("turn\"}\n"u8);
        Assert.True(client.Receive(Wait, _lines.Add));
        Assert.Equal([new ScreenYours(), new ScreenReturn()], _lines);
    }

    [Fact]
    public void QuietService_IsWaitedForNoLongerThanAsked()
    {
        using StatusClient client = StatusClient.TryConnect(_path)!;
        using Socket service = _listener.Accept();
        Assert.True(client.Receive(TimeSpan.FromMilliseconds(20), _lines.Add));
        Assert.Empty(_lines);
    }

    [Theory]
    [InlineData("garbage\n")]
    [InlineData("{\"type\":\"status\"}\n")]
    public void MalformedLine_EndsTheConnection(string sent)
    {
        using StatusClient client = StatusClient.TryConnect(_path)!;
        using Socket service = _listener.Accept();
        service.Send(Encoding.UTF8.GetBytes(sent));
        Assert.False(client.Receive(Wait, _lines.Add));
    }

    [Fact]
    public void OverlongLine_EndsTheConnection()
    {
        using StatusClient client = StatusClient.TryConnect(_path)!;
        using Socket service = _listener.Accept();
        service.Send(new byte[Limits.MaxStatusLineBytes]);
        bool alive = true;
        for (int i = 0; i < 100 && alive; i++)
        {
            alive = client.Receive(Wait, _lines.Add);
        }

        Assert.False(alive);
        Assert.Empty(_lines);
    }

    [Fact]
    public void ClosedConnection_IsSeen()
    {
        using StatusClient client = StatusClient.TryConnect(_path)!;
        _listener.Accept().Dispose();
        Assert.False(client.Receive(Wait, _lines.Add));
    }

    public void Dispose()
    {
        _listener.Dispose();
        File.Delete(_path);
    }
}
