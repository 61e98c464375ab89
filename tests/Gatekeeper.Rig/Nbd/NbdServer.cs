using System.Buffers.Binary;
using System.Net.Sockets;

namespace Gatekeeper.Rig;

/// <summary>
/// The disk of a guest whose power can be cut: an NBD server (fixed newstyle, doc/proto.md of the NBD project) over a <see cref="VolatileDisk"/>.
/// It offers flush and forced unit access and obeys them exactly. At the cut it stops answering; QEMU is then to be killed.
/// </summary>
public sealed class NbdServer : IAsyncDisposable
{
    private const ulong OptionMagic = 0x49484156454F5054; // "IHAVEOPT"
    private const ulong OptionReplyMagic = 0x0003E889045565A9;
    private const uint RequestMagic = 0x25609513;
    private const uint ReplyMagic = 0x67446698;
    private const ushort Flags = 0x6D; // has flags, flush, FUA, trim, write zeroes
    private const uint LargestRequest = 32 << 20;

    private readonly VolatileDisk disk;
    private readonly Socket listener;
    private readonly CancellationTokenSource stop = new();
    private readonly TaskCompletionSource cut = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim oneRequest = new(1, 1);
    private readonly Task accepting;
    private readonly string folder;
    private CutRule? rule;
    private bool disposed;
    private long acts;

    /// <summary>Serves a disk on a socket in a folder of its own.</summary>
    public NbdServer(VolatileDisk disk)
    {
        this.disk = disk;
        folder = Repository.NewScratch("nbd");
        SocketPath = Path.Combine(folder, "disk");
        listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(SocketPath));
        listener.Listen(4);
        accepting = Task.Run(AcceptAsync);
    }

    /// <summary>Give it to <see cref="Machine.NbdSocket"/>.</summary>
    public string SocketPath { get; }

    /// <summary>Writes and flushes so far.</summary>
    public long Acts => Interlocked.Read(ref acts);

    /// <summary>Completes when the power was cut; the guest gets no further answer.</summary>
    public Task WhenCut => cut.Task;

    /// <summary>What a faulty request or a defect of the server threw, for a test's failure message; null when all went well.</summary>
    public Exception? Fault { get; private set; }

    /// <summary>Called with every write and flush, before it is carried out, from the server's thread.</summary>
    public Action<DiskAct>? Watch { get; set; }

    /// <summary>Sets when the power goes. From now on, once.</summary>
    public void CutWhen(CutRule when) => Volatile.Write(ref rule, when);

    /// <summary>Cuts the power now, between two requests.</summary>
    public async Task CutNowAsync(double kept = 0, int seed = 1)
    {
        await oneRequest.WaitAsync();
        try
        {
            disk.Cut(kept, seed);
            cut.TrySetResult();
        }
        finally
        {
            oneRequest.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (disposed)
        {
            return;
        }
        disposed = true;
        await stop.CancelAsync();
        listener.Dispose();
        await accepting;
        stop.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private async Task AcceptAsync()
    {
        List<Task> clients = [];
        try
        {
            while (true)
            {
                Socket client = await listener.AcceptAsync(stop.Token);
                clients.Add(Task.Run(() => ServeAsync(client)));
            }
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(clients);
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using NetworkStream stream = new(client, ownsSocket: true);
        try
        {
            if (await HandshakeAsync(stream))
            {
                await TransmitAsync(stream);
            }
        }
        catch (Exception end) when (end is IOException or OperationCanceledException or EndOfStreamException or ObjectDisposedException)
        {
            // QEMU was killed or has gone: a power cut looks like this.
        }
        catch (Exception fault) when (fault is RigException or ArgumentOutOfRangeException)
        {
            Fault = fault;
        }
    }

    private async Task<bool> HandshakeAsync(NetworkStream stream)
    {
        await stream.WriteAsync(new byte[] { (byte)'N', (byte)'B', (byte)'D', (byte)'M', (byte)'A', (byte)'G', (byte)'I', (byte)'C',
            (byte)'I', (byte)'H', (byte)'A', (byte)'V', (byte)'E', (byte)'O', (byte)'P', (byte)'T', 0, 3 }, stop.Token);
        await ReadAsync(stream, 4); // client flags
        while (true)
        {
            byte[] head = await ReadAsync(stream, 16);
            uint option = BinaryPrimitives.ReadUInt32BigEndian(head.AsSpan(8));
            uint length = BinaryPrimitives.ReadUInt32BigEndian(head.AsSpan(12));
            if (BinaryPrimitives.ReadUInt64BigEndian(head) != OptionMagic || length > 4096)
            {
                throw new RigException("NBD: not an option");
            }
            await ReadAsync(stream, (int)length);
            switch (option)
            {
                case 6 or 7: // INFO, GO
                    await OptionReplyAsync(stream, option, 3, ExportInfo());
                    await OptionReplyAsync(stream, option, 3, BlockSizes());
                    await OptionReplyAsync(stream, option, 1, []);
                    if (option == 7)
                    {
                        return true;
                    }
                    break;
                case 2: // ABORT
                    await OptionReplyAsync(stream, option, 1, []);
                    return false;
                default:
                    await OptionReplyAsync(stream, option, 0x80000001, []); // unsupported
                    break;
            }
        }
    }

    private byte[] ExportInfo()
    {
        byte[] info = new byte[12];
        BinaryPrimitives.WriteInt64BigEndian(info.AsSpan(2), disk.Length);
        BinaryPrimitives.WriteUInt16BigEndian(info.AsSpan(10), Flags);
        return info;
    }

    private static byte[] BlockSizes()
    {
        byte[] info = new byte[14];
        BinaryPrimitives.WriteUInt16BigEndian(info, 3);
        BinaryPrimitives.WriteUInt32BigEndian(info.AsSpan(2), VolatileDisk.Sector);
        BinaryPrimitives.WriteUInt32BigEndian(info.AsSpan(6), 4096);
        BinaryPrimitives.WriteUInt32BigEndian(info.AsSpan(10), LargestRequest);
        return info;
    }

    private async Task OptionReplyAsync(NetworkStream stream, uint option, uint type, byte[] data)
    {
        byte[] reply = new byte[20 + data.Length];
        BinaryPrimitives.WriteUInt64BigEndian(reply, OptionReplyMagic);
        BinaryPrimitives.WriteUInt32BigEndian(reply.AsSpan(8), option);
        BinaryPrimitives.WriteUInt32BigEndian(reply.AsSpan(12), type);
        BinaryPrimitives.WriteInt32BigEndian(reply.AsSpan(16), data.Length);
        data.CopyTo(reply, 20);
        await stream.WriteAsync(reply, stop.Token);
    }

    private async Task TransmitAsync(NetworkStream stream)
    {
        byte[] head = new byte[28];
        while (true)
        {
            await stream.ReadExactlyAsync(head, stop.Token);
            if (BinaryPrimitives.ReadUInt32BigEndian(head) != RequestMagic)
            {
                throw new RigException("NBD: not a request");
            }
            ushort flags = BinaryPrimitives.ReadUInt16BigEndian(head.AsSpan(4));
            ushort command = BinaryPrimitives.ReadUInt16BigEndian(head.AsSpan(6));
            long offset = BinaryPrimitives.ReadInt64BigEndian(head.AsSpan(16));
            uint length = BinaryPrimitives.ReadUInt32BigEndian(head.AsSpan(24));
            if (command == 2)
            {
                return;
            }
            byte[] data = command switch
            {
                0 or 1 when length > LargestRequest => throw new RigException($"NBD: request of {length} bytes"),
                1 => await ReadAsync(stream, (int)length),
                0 => new byte[16 + length],
                _ => [],
            };
            await oneRequest.WaitAsync(stop.Token);
            try
            {
                if (cut.Task.IsCompleted || !Carry(command, (flags & 1) != 0, offset, length, data))
                {
                    await Task.Delay(Timeout.Infinite, stop.Token); // no answer any more: the power is off
                }
            }
            finally
            {
                oneRequest.Release();
            }
            byte[] reply = command == 0 ? data : new byte[16];
            BinaryPrimitives.WriteUInt32BigEndian(reply, ReplyMagic);
            head.AsSpan(8, 8).CopyTo(reply.AsSpan(8));
            await stream.WriteAsync(reply, stop.Token);
        }
    }

    /// <summary>Carries a request out; false when the power went with it.</summary>
    private bool Carry(ushort command, bool forceUnitAccess, long offset, uint length, byte[] data)
    {
        if (command == 0)
        {
            disk.Read(offset, data.AsSpan(16));
            return true;
        }
        DiskAct act = new(Interlocked.Increment(ref acts), command == 3, offset, length, command is 4 or 6);
        Watch?.Invoke(act);
        CutRule? now = Volatile.Read(ref rule);
        bool cuts = now is not null && now.When(act);
        if (!cuts || now!.Applied)
        {
            Apply(command, forceUnitAccess && !cuts, offset, length, data);
        }
        if (cuts)
        {
            disk.Cut(now!.Kept, now.Seed);
            cut.TrySetResult();
        }
        return !cuts;
    }

    private void Apply(ushort command, bool forceUnitAccess, long offset, uint length, byte[] data)
    {
        switch (command)
        {
            case 1:
                disk.Write(offset, data);
                break;
            case 3:
                disk.Flush();
                break;
            case 4 or 6:
                disk.Zero(offset, length);
                break;
            default:
                throw new RigException($"NBD: command {command} was not offered");
        }
        if (forceUnitAccess)
        {
            disk.Flush(offset, length);
        }
    }

    private async Task<byte[]> ReadAsync(NetworkStream stream, int count)
    {
        byte[] bytes = new byte[count];
        await stream.ReadExactlyAsync(bytes, stop.Token);
        return bytes;
    }
}
