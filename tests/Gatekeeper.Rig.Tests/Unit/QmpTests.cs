using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Gatekeeper.Rig.Tests.Unit;

/// <summary>QMP framing against a scripted peer on a socket pair.</summary>
public sealed class QmpTests
{
    private const string Greeting = """{"QMP": {"version": {}, "capabilities": []}}""";

    [Fact]
    public async Task RepliesAndEventsMayComeInOnePiece()
    {
        await using Peer peer = await Peer.StartAsync();
        Task<Qmp> connecting = Qmp.OverAsync(peer.Client);
        await peer.SendAsync(Greeting);
        await peer.AnswerAsync("{}");
        await using Qmp qmp = await connecting;

        int since = qmp.EventCount;
        Task<JsonNode> running = qmp.RunAsync("query-status");
        await peer.ReadAsync();
        await peer.SendAsync("""
            {"event": "RESET", "data": {"guest": true}, "timestamp": {"seconds": 1764000000, "microseconds": 250000}}
            {"return": {"status": "running"}}
            {"event": "STOP", "timestamp": {"seconds": 1764000001, "microseconds": 0}}
            """);

        Assert.Equal("running", (string?)(await running)["status"]);
        QmpEvent reset = await qmp.WaitEventAsync("RESET", since, TimeSpan.FromSeconds(5), data => (bool)data["guest"]!);
        Assert.Equal(1764000000250, reset.Time.ToUnixTimeMilliseconds());
        await qmp.WaitEventAsync("STOP", since, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task AnEventFromBeforeTheMarkDoesNotCount()
    {
        await using Peer peer = await Peer.StartAsync();
        Task<Qmp> connecting = Qmp.OverAsync(peer.Client);
        await peer.SendAsync(Greeting);
        await peer.SendAsync("""{"event": "RESET", "data": {}, "timestamp": {"seconds": 1, "microseconds": 0}}""");
        await peer.AnswerAsync("{}");
        await using Qmp qmp = await connecting;

        Assert.Equal(1, qmp.EventCount);
        await Assert.ThrowsAsync<RigException>(() => qmp.WaitEventAsync("RESET", qmp.EventCount, TimeSpan.FromMilliseconds(200)));
    }

    [Fact]
    public async Task AnErrorNamesTheCommand_AndTheConnectionStaysUsable()
    {
        await using Peer peer = await Peer.StartAsync();
        Task<Qmp> connecting = Qmp.OverAsync(peer.Client);
        await peer.SendAsync(Greeting);
        await peer.AnswerAsync("{}");
        await using Qmp qmp = await connecting;

        Task<JsonNode> running = qmp.RunAsync("device_del");
        await peer.ReadAsync();
        await peer.SendAsync("""{"error": {"class": "DeviceNotFound", "desc": "Device 'x' not found"}}""");
        QmpException error = await Assert.ThrowsAsync<QmpException>(() => running);
        Assert.Equal("device_del: Device 'x' not found", error.Message);

        running = qmp.RunAsync("query-name");
        await peer.ReadAsync();
        await peer.SendAsync("""{"return": {"name": "later"}}""");
        Assert.Equal("later", (string?)(await running)["name"]);
    }

    [Fact]
    public async Task AClosedConnectionFailsTheWaitAtOnce()
    {
        Peer peer = await Peer.StartAsync();
        Task<Qmp> connecting = Qmp.OverAsync(peer.Client);
        await peer.SendAsync(Greeting);
        await peer.AnswerAsync("{}");
        await using Qmp qmp = await connecting;
        Task<QmpEvent> waiting = qmp.WaitEventAsync("SHUTDOWN", 0, TimeSpan.FromMinutes(5));

        await peer.DisposeAsync();

        await Assert.ThrowsAsync<RigException>(() => waiting.WaitAsync(TimeSpan.FromSeconds(10)));
        await Assert.ThrowsAsync<RigException>(() => qmp.RunAsync("query-status"));
    }

    private sealed class Peer(NetworkStream client, NetworkStream server) : IAsyncDisposable
    {
        private readonly StreamReader reader = new(server);

        public NetworkStream Client => client;

        public static async Task<Peer> StartAsync()
        {
            using TcpListener listener = new(IPAddress.Loopback, 0);
            listener.Start();
            Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await client.ConnectAsync(listener.LocalEndpoint);
            return new Peer(new NetworkStream(client, true), new NetworkStream(await listener.AcceptSocketAsync(), true));
        }

        public Task<string?> ReadAsync() => reader.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(5));

        public async Task SendAsync(string lines) => await server.WriteAsync(System.Text.Encoding.UTF8.GetBytes(lines + "\r\n"));

        public async Task AnswerAsync(string value)
        {
            await ReadAsync();
            await SendAsync($$"""{"return": {{value}}}""");
        }

        public async ValueTask DisposeAsync()
        {
            await server.DisposeAsync();
        }
    }
}
