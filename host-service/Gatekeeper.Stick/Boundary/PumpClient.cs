using Gatekeeper.PortGate;
using Gatekeeper.Release;

namespace Gatekeeper.Stick.Boundary;

/// <summary>
/// gatekeeperd's side of the pump: the stick's sectors through the process that holds it. What the pump answers is a claim, and it is bounded in time:
/// a pump that does not answer is to be killed by whoever started it. While a file is read in order, the next read is asked for before this one is consumed.
/// Not for use by two threads.
/// </summary>
public sealed class PumpClient : ISectorSource
{
    // What a pump may say about a stick.
    private static readonly Refusal[] May = [Refusal.StickProtocol, Refusal.StickTimeout, Refusal.StickGone, Refusal.StickGeometry];

    private readonly FrameChannel _channel;
    private readonly IStickClock _clock;
    private readonly GeometryMessage _stick;
    private readonly Queue<Request> _asked = new(2);
    private uint _tag;
    private long _expected = -1;
    private RefusedException? _broken;

    private PumpClient(FrameChannel channel, IStickClock clock, GeometryMessage stick)
    {
        _channel = channel;
        _clock = clock;
        _stick = stick;
        ReadAheadEnd = stick.SectorCount;
    }

    /// <inheritdoc/>
    public int SectorSize => _stick.SectorSize;

    /// <inheritdoc/>
    public long SectorCount => _stick.SectorCount;

    /// <summary>Moment on the clock after which every read is refused with <see cref="Refusal.StickTimeout"/>; the time until the verdict (I11).</summary>
    public long Deadline { get; set; } = long.MaxValue;

    /// <summary>First sector that is not read ahead: the end of the file, or of the run of it, that is read in order. By default the end of the stick.</summary>
    public long ReadAheadEnd { get; set; }

    /// <summary>Bytes of one data phase when the stick failed at larger ones, else null. For the audit log.</summary>
    public int? PartBytes { get; private set; }

    /// <summary>Has the pump open the stick whose descriptor was sent to it just before, and waits until the stick is ready.</summary>
    /// <exception cref="RefusedException">The stick was refused, or the pump is gone or broke its protocol.</exception>
    public static PumpClient Open(IByteChannel socket, AcceptedDevice device, IStickClock clock) => Open(socket, OpenMessage.Of(device), clock);

    internal static PumpClient Open(IByteChannel socket, OpenMessage open, IStickClock clock)
    {
        var channel = new FrameChannel(socket);
        return Guard(() =>
        {
            channel.Send(MessageType.Open, 0, open.Write(), Limits.PumpAnswerMilliseconds);
            MessageHead head = channel.ReceiveHead(Limits.StickReadyMilliseconds + Limits.PumpAnswerMilliseconds);
            byte[] body = channel.ReceiveBody(head, Limits.PumpAnswerMilliseconds);
            return head.Type switch
            {
                MessageType.Ready => new PumpClient(channel, clock, GeometryMessage.Read(body)),
                MessageType.Refused => throw RefusedMessage.Read(body, "pump", May),
                _ => throw new InvalidDataException("not the message that comes now"),
            };
        });
    }

    /// <inheritdoc/>
    public void Read(long lba, Span<byte> buffer)
    {
        SectorBounds.Check(this, lba, buffer.Length);
        if (_broken is not null)
        {
            throw _broken;
        }

        bool inOrder = lba == _expected;
        try
        {
            while (!buffer.IsEmpty)
            {
                int length = ReadPart(lba, buffer, inOrder);
                buffer = buffer[length..];
                lba += length / SectorSize;
            }
        }
        catch (Exception e) when (e is IOException or InvalidDataException or TimeoutException)
        {
            // The stream is out of step: nothing that comes later can be assigned.
            _broken = Translate(e);
            throw _broken;
        }

        _expected = lba;
    }

    // Receives the next answer into the buffer; asks for what follows before it waits.
    private int ReadPart(long lba, Span<byte> buffer, bool inOrder)
    {
        if (!_asked.TryPeek(out Request head) || head.Lba != lba)
        {
            Drop();
            head = Ask(lba, Math.Min(buffer.Length, Limits.BoundaryReadBytes));
        }

        int length = Math.Min(buffer.Length, head.Bytes);
        if (_asked.Count < 2)
        {
            AskAhead(lba + (length / SectorSize), buffer.Length - length, inOrder ? length : 0);
        }

        _asked.Dequeue();
        MessageHead answer = ReceiveHead(head);
        if (answer.Type == MessageType.Refused)
        {
            throw RefusedMessage.Read(_channel.ReceiveBody(answer, Left()), "pump", May);
        }

        _channel.ReceiveBody(buffer[..length], Left());
        Skip(head.Bytes - length);
        return length;
    }

    // What is certain to be read next, else what is likely: the same amount again, as long as the reader goes in order.
    private void AskAhead(long lba, int certain, int likely)
    {
        if (certain > 0)
        {
            Ask(lba, Math.Min(certain, Limits.BoundaryReadBytes));
            return;
        }

        long most = Math.Min(ReadAheadEnd, SectorCount) - lba;
        int sectors = (int)Math.Min(likely / SectorSize, Math.Max(most, 0));
        if (sectors > 0)
        {
            Ask(lba, sectors * SectorSize);
        }
    }

    private Request Ask(long lba, int bytes)
    {
        _tag = unchecked(_tag + 1);
        var request = new Request(_tag, lba, bytes);
        _channel.Send(MessageType.Read, _tag, new ReadMessage(lba, bytes / SectorSize).Write(), Left());
        _asked.Enqueue(request);
        return request;
    }

    // Answers nobody wants any more. A refusal among them is none: nobody needed those sectors.
    private void Drop()
    {
        while (_asked.TryDequeue(out Request request))
        {
            MessageHead answer = ReceiveHead(request);
            Skip(answer.Length);
        }
    }

    private MessageHead ReceiveHead(Request request)
    {
        MessageHead head = _channel.ReceiveHead(Left());
        while (head.Type == MessageType.Smaller)
        {
            TakePart(_channel.ReceiveBody(head, Left()));
            head = _channel.ReceiveHead(Left());
        }

        bool fits = head.Type == MessageType.Refused || (head.Type == MessageType.Data && head.Length == request.Bytes);
        return fits && head.Tag == request.Tag ? head : throw new InvalidDataException("not the answer to this read");
    }

    // It only gets smaller, so a pump cannot say this without end.
    private void TakePart(ReadOnlySpan<byte> body)
    {
        var reader = new WireReader(body);
        int part = reader.Int32();
        reader.End();
        PartBytes = part >= Limits.TransferBytesLeast && part < (PartBytes ?? Limits.TransferBytesSuperSpeed)
            ? part
            : throw new InvalidDataException("a data phase of a size that cannot be");
    }

    private void Skip(int bytes)
    {
        Span<byte> scratch = stackalloc byte[4096];
        while (bytes > 0)
        {
            Span<byte> part = scratch[..Math.Min(bytes, scratch.Length)];
            _channel.ReceiveBody(part, Left());
            bytes -= part.Length;
        }
    }

    private int Left()
    {
        long left = Deadline - _clock.Milliseconds;
        return left > 0 ? (int)Math.Min(left, Limits.PumpAnswerMilliseconds) : throw new TimeoutException("the stick's time is up");
    }

    private static PumpClient Guard(Func<PumpClient> open)
    {
        try
        {
            return open();
        }
        catch (Exception e) when (e is IOException or InvalidDataException or TimeoutException)
        {
            throw Translate(e);
        }
    }

    private static RefusedException Translate(Exception e) => e switch
    {
        TimeoutException => new RefusedException(Refusal.StickTimeout, "no answer from the pump in time"),
        InvalidDataException => new RefusedException(Refusal.StickProtocol, $"pump broke its protocol: {e.Message}"),
        _ => new RefusedException(Refusal.StickGone, "the pump is gone"),
    };

    private readonly record struct Request(uint Tag, long Lba, int Bytes);
}
