
namespace Gatekeeper.Rig.UsbRedir;

/// <summary>
/// The device's end of a usbredir connection (protocol 0.7): this process is the USB device that QEMU's usb-redir shows to its guest.
/// <code>
/// hello ↔ hello
/// interfaces, endpoints, connect →            plugged
///                                ← reset, control, bulk, ...; each answered under its id
/// disconnect →  ← ack                         pulled out; another device may follow on the same connection
/// </code>
/// Closing the connection is a pull too.
/// </summary>
public sealed partial class RedirPeer : IAsyncDisposable
{
    private const string Version = "Gatekeeper rig";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Stream stream;
    private readonly RedirReader reader;
    private readonly RedirWriter writer;
    private readonly CancellationTokenSource stop = new();
    private readonly Lock gate = new();
    private readonly List<Task> work = [];
    private readonly List<UsbDevice> devices = [];
    private readonly Task reading;
    private TaskCompletionSource acknowledged = NewSignal();
    private UsbDevice? plugged;

    private RedirPeer(Stream stream, RedirReader reader, RedirWriter writer)
    {
        this.stream = stream;
        this.reader = reader;
        this.writer = writer;
        reading = Task.Run(ReadAsync);
    }

    /// <summary>The device that is plugged now; null between two.</summary>
    public UsbDevice? Device
    {
        get
        {
            lock (gate)
            {
                return plugged;
            }
        }
    }

    /// <summary>Every device that was plugged through this connection, in order.</summary>
    public IReadOnlyList<UsbDevice> Devices
    {
        get
        {
            lock (gate)
            {
                return [.. devices];
            }
        }
    }

    /// <summary>Completes when the connection has ended, from whichever side.</summary>
    public Task Ended => reading;

    /// <summary>What the host did against the protocol, or a defect of the device that a test made; null when all went well.</summary>
    public Exception? Fault { get; private set; }

    /// <summary>Connects to the socket of QEMU's chardev. Nothing is plugged yet.</summary>
    public static Task<RedirPeer> ConnectAsync(string socketPath) => UnixSocket.ConnectAsync(socketPath, OverAsync);

    /// <summary>Says hello over any stream, which then belongs to the peer.</summary>
    /// <exception cref="RigException">The host has none of the capabilities that are needed.</exception>
    public static async Task<RedirPeer> OverAsync(Stream stream)
    {
        RedirReader reader = new(stream);
        RedirWriter writer = new(stream);
        await writer.WriteAsync(new RedirPacket(RedirType.Hello, 0, new HelloBody(Version, RedirCapabilities.Emulator).ToBytes()));
        RedirPacket hello = await reader.ReadAsync().WaitAsync(Patience) ?? throw new RigException("usbredir: no hello");
        HelloBody host = HelloBody.Read(hello.Body);
        return (host.Capabilities & RedirCapabilities.Emulator) == RedirCapabilities.Emulator
            ? new RedirPeer(stream, reader, writer)
            : throw new RigException($"usbredir: {host.Version} has capabilities {(int)host.Capabilities:x}, {(int)RedirCapabilities.Emulator:x} are needed");
    }

    /// <summary>Plugs a device in. The guest sees it no sooner than 200 ms after the last one was pulled out: QEMU waits so long.</summary>
    public async Task AttachAsync(UsbDevice device)
    {
        device.Forget();
        lock (gate)
        {
            plugged = plugged is null ? device : throw new InvalidOperationException("a device is plugged already");
            devices.Add(device);
        }
        await SendShapeAsync(device);
        await writer.WriteAsync(new RedirPacket(RedirType.DeviceConnect, 0, DeviceInfo.Connect(device.Shape)), stop.Token);
    }

    /// <summary>Pulls the device out, in the middle of whatever it does, and waits until QEMU says that it noticed.</summary>
    /// <exception cref="TimeoutException">It did not.</exception>
    public async Task DetachAsync()
    {
        if (TakeOut(null))
        {
            await writer.WriteAsync(new RedirPacket(RedirType.DeviceDisconnect, 0, []), stop.Token);
            await acknowledged.Task.WaitAsync(Patience, stop.Token);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (stop.IsCancellationRequested)
        {
            return;
        }
        await stop.CancelAsync();
        await stream.DisposeAsync();
        await reading;
        await Task.WhenAll(Work());
        writer.Dispose();
        stop.Dispose();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    // True when it was this device (null: any) that was plugged; its transfers end without an answer.
    private bool TakeOut(UsbDevice? expected)
    {
        UsbDevice leaving;
        lock (gate)
        {
            if (plugged is null || (expected is not null && plugged != expected))
            {
                return false;
            }
            leaving = plugged;
            plugged = null;
            acknowledged = NewSignal();
        }
        CancelAll();
        leaving.Forget();
        return true;
    }

    // The device pulled itself out; what follows it, if anything, comes by itself.
    private async Task LeaveAsync(UsbDevice device)
    {
        if (!TakeOut(device))
        {
            return;
        }
        await writer.WriteAsync(new RedirPacket(RedirType.DeviceDisconnect, 0, []), stop.Token);
        await acknowledged.Task.WaitAsync(Patience, stop.Token);
        if (device.Then is { } next)
        {
            await Task.Delay(next.After, stop.Token);
            await AttachAsync(next.Device);
        }
    }

    private async Task SendShapeAsync(UsbDevice device)
    {
        IReadOnlyList<InterfaceShape> active = device.Active;
        await writer.WriteAsync(new RedirPacket(RedirType.InterfaceInfo, 0, DeviceInfo.Interfaces(active)), stop.Token);
        await writer.WriteAsync(new RedirPacket(RedirType.EndpointInfo, 0, DeviceInfo.Endpoints(active, device.Shape.Speed)), stop.Token);
    }

    private IEnumerable<Task> Work()
    {
        lock (gate)
        {
            return [.. work];
        }
    }
}
