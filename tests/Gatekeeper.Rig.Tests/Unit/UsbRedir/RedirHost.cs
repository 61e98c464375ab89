using System.Net.Sockets;
using Gatekeeper.Rig.UsbRedir;

namespace Gatekeeper.Rig.Tests.Unit.UsbRedir;

/// <summary>QEMU's end of a usbredir connection, as far as a test needs it: it sends a packet, and waits for the one that it must bring.</summary>
internal sealed class RedirHost : IAsyncDisposable
{
    private readonly Stream stream;
    private readonly RedirReader reader;
    private readonly RedirWriter writer;
    private ulong nextId = 100;

    private RedirHost(Stream stream)
    {
        this.stream = stream;
        reader = new RedirReader(stream);
        writer = new RedirWriter(stream);
    }

    public RedirPeer Peer { get; private set; } = null!;

    /// <summary>A host and a peer that have said hello.</summary>
    public static async Task<RedirHost> ConnectAsync(RedirCapabilities capabilities = (RedirCapabilities)0xFF)
    {
        string folder = Repository.NewScratch("redir");
        try
        {
            using Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            UnixDomainSocketEndPoint path = new(Path.Combine(folder, "s"));
            listener.Bind(path);
            listener.Listen(1);
            Task<RedirPeer> connecting = RedirPeer.ConnectAsync(Path.Combine(folder, "s"));
            RedirHost host = new(new NetworkStream(await listener.AcceptAsync(), ownsSocket: true));
            await host.writer.WriteAsync(new RedirPacket(RedirType.Hello, 0, new HelloBody("host", capabilities).ToBytes()));
            Assert.Equal(RedirCapabilities.Emulator, HelloBody.Read((await host.reader.ReadAsync())!.Body).Capabilities);
            host.Peer = await connecting;
            return host;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Sends and returns the id.</summary>
    public async Task<ulong> SendAsync(RedirType type, byte[] body, ulong? id = null)
    {
        ulong mine = id ?? nextId++;
        await writer.WriteAsync(new RedirPacket(type, mine, body));
        return mine;
    }

    /// <summary>The next packet, which must be of this type.</summary>
    public async Task<RedirPacket> ExpectAsync(RedirType type)
    {
        using CancellationTokenSource late = new(TimeSpan.FromSeconds(10));
        RedirPacket? packet = await reader.ReadAsync(late.Token);
        Assert.Equal(type, packet?.Type);
        return packet!;
    }

    /// <summary>Nothing may come for a moment.</summary>
    public async Task ExpectNothingAsync()
    {
        using CancellationTokenSource moment = new(TimeSpan.FromMilliseconds(100));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reader.ReadAsync(moment.Token));
    }

    /// <summary>The three packets of a plug; returns the connect packet.</summary>
    public async Task<byte[]> ExpectPlugAsync()
    {
        await ExpectShapeAsync();
        return (await ExpectAsync(RedirType.DeviceConnect)).Body;
    }

    /// <summary>Interfaces and endpoints; returns the endpoints'.</summary>
    public async Task<byte[]> ExpectShapeAsync()
    {
        Assert.Equal(132, (await ExpectAsync(RedirType.InterfaceInfo)).Body.Length);
        return (await ExpectAsync(RedirType.EndpointInfo)).Body;
    }

    /// <summary>Sets configuration 1.</summary>
    public async Task ConfigureAsync()
    {
        await SendAsync(RedirType.SetConfiguration, [1]);
        await ExpectShapeAsync();
        Assert.Equal([0, 1], (await ExpectAsync(RedirType.ConfigurationStatus)).Body);
    }

    public Task<ulong> BulkInAsync(int length) => SendAsync(RedirType.BulkPacket, new BulkBody(0x81, UsbStatus.Ok, length, []).ToBytes());

    public Task<ulong> BulkOutAsync(byte[] data) => SendAsync(RedirType.BulkPacket, new BulkBody(0x02, UsbStatus.Ok, data.Length, data).ToBytes());

    public async ValueTask DisposeAsync()
    {
        await Peer.DisposeAsync();
        writer.Dispose();
        await stream.DisposeAsync();
    }
}
