using System.Buffers.Binary;
using Gatekeeper.PortGate;
using Gatekeeper.Stick.Transport;

namespace Gatekeeper.Stick.Tests.Transport;

/// <summary>What a stick says to one command: its data, then its status. A lie is made by changing an honest answer.</summary>
internal sealed class Answer
{
    /// <summary>Data to send; may be longer or shorter than asked for.</summary>
    public byte[] Data { get; set; } = [];

    /// <summary>True: the data phase ends in a stall.</summary>
    public bool StallAfterData { get; set; }

    /// <summary>How the first transfer of the data phase ends, when not well.</summary>
    public BulkStatus? DataFails { get; set; }

    /// <summary>How sending the command block ends, when not well.</summary>
    public BulkStatus? CommandFails { get; set; }

    /// <summary>Stalls before the status is sent.</summary>
    public int StatusStalls { get; set; }

    /// <summary>Empty packets before the status.</summary>
    public int EmptyPackets { get; set; }

    /// <summary>How receiving the status ends, when not well.</summary>
    public BulkStatus? StatusFails { get; set; }

    /// <summary>The 13 bytes of the status wrapper.</summary>
    public byte[] Status { get; set; } = new byte[13];

    /// <summary>True: the status is sent where data is expected.</summary>
    public bool StatusInsteadOfData { get; set; }
}

/// <summary>An honest stick behind a scripted pipe: 08/06/50, block device, ready after a unit attention. Tests change its answers.</summary>
internal sealed class FakeStick(FakeClock clock) : IBulkPipe
{
    private Answer? _answer;
    private int _sent;
    private bool _reset;

    /// <summary>The medium: block <c>n</c> is full of bytes made from <c>n</c>.</summary>
    public long Blocks { get; set; } = 1000;

    public int BlockSize { get; set; } = 512;

    /// <summary>Answers of TEST UNIT READY before "ready": sense key and code.</summary>
    public Queue<(byte Key, byte Code)> NotReady { get; } = new([((byte)6, (byte)0x28)]);

    /// <summary>Changes the answer to a command: its opcode, how often it came, the honest answer.</summary>
    public Action<ScsiOpcode, int, Answer>? Lie { get; set; }

    /// <summary>Every command block that was sent, whole.</summary>
    public List<byte[]> Commands { get; } = [];

    /// <summary>Everything on the bus but bulk data: R reset, I and O clear halt.</summary>
    public string Recoveries { get; private set; } = string.Empty;

    public int Resets => Recoveries.Count(c => c == 'R');

    public BulkStatus MaxLun { get; set; } = BulkStatus.Stall;

    public (byte Key, byte Code, byte Qualifier) Sense { get; set; }

    /// <summary>Transfers asked for in the data phase, in bytes.</summary>
    public List<int> Transfers { get; } = [];

    public IEnumerable<ScsiOpcode> Opcodes => Commands.Select(c => (ScsiOpcode)c[15]);

    /// <summary>The product's reader of this stick.</summary>
    public ScsiReader Open(UsbSpeed speed = UsbSpeed.Super) => ScsiReader.Open(new BulkOnlyTransport(this, clock), clock, speed);

    /// <summary>The command fails without data, and REQUEST SENSE says why.</summary>
    public void FailCommand(Answer answer, (byte Key, byte Code, byte Qualifier) why)
    {
        Sense = why;
        (answer.Data, answer.StallAfterData, answer.Status[12]) = ([], true, 1);
    }

    public BulkResult Send(ReadOnlySpan<byte> data, int timeoutMilliseconds)
    {
        // BOT 1.0 §5: the next command comes after the status, or after a reset.
        Assert.True(_answer is null || _reset, "a second command in flight");
        _reset = false;
        Commands.Add(data.ToArray());
        _sent = 0;
        _answer = Honest(data);
        Lie?.Invoke((ScsiOpcode)data[15], Opcodes.Count(o => o == (ScsiOpcode)Commands[^1][15]), _answer);
        return _answer.CommandFails is { } failed ? Fail(failed, timeoutMilliseconds, 0) : new BulkResult(BulkStatus.Ok, data.Length);
    }

    public BulkResult Receive(Span<byte> buffer, int timeoutMilliseconds)
    {
        Answer answer = _answer ?? throw new InvalidOperationException("received without a command");
        if (_sent < answer.Data.Length || answer.DataFails is not null || answer.StallAfterData)
        {
            return Data(answer, buffer, timeoutMilliseconds);
        }

        if (answer.StatusStalls-- > 0)
        {
            return new BulkResult(BulkStatus.Stall, 0);
        }

        if (answer.EmptyPackets-- > 0)
        {
            return new BulkResult(BulkStatus.Ok, 0);
        }

        if (answer.StatusFails is { } failed)
        {
            return Fail(failed, timeoutMilliseconds, 0);
        }

        int length = Math.Min(answer.Status.Length, buffer.Length);
        answer.Status.AsSpan(0, length).CopyTo(buffer);
        _answer = null;
        return new BulkResult(answer.Status.Length > buffer.Length ? BulkStatus.Babble : BulkStatus.Ok, length);
    }

    public BulkStatus ClearHaltIn()
    {
        Recoveries += "I";
        return BulkStatus.Ok;
    }

    public BulkStatus ClearHaltOut()
    {
        Recoveries += "O";
        return BulkStatus.Ok;
    }

    public BulkStatus MassStorageReset()
    {
        Recoveries += "R";
        _reset = true;
        return BulkStatus.Ok;
    }

    public BulkStatus GetMaxLun(out byte maxLun)
    {
        maxLun = 0;
        return MaxLun;
    }

    /// <summary>The byte that fills a block.</summary>
    public static byte Fill(long block) => unchecked((byte)((block * 7) + 1));

    private BulkResult Data(Answer answer, Span<byte> buffer, int timeoutMilliseconds)
    {
        Transfers.Add(buffer.Length);
        if (answer.DataFails is { } failed)
        {
            answer.DataFails = null;
            return Fail(failed, timeoutMilliseconds, 0);
        }

        int length = Math.Min(buffer.Length, answer.Data.Length - _sent);
        answer.Data.AsSpan(_sent, length).CopyTo(buffer);
        _sent += length;
        if (answer.StallAfterData && _sent == answer.Data.Length)
        {
            answer.StallAfterData = false;
            return new BulkResult(BulkStatus.Stall, length);
        }

        return new BulkResult(BulkStatus.Ok, length);
    }

    private BulkResult Fail(BulkStatus status, int timeoutMilliseconds, int length)
    {
        if (status == BulkStatus.Timeout)
        {
            clock.Wait(timeoutMilliseconds);
        }

        return new BulkResult(status, length);
    }

    private Answer Honest(ReadOnlySpan<byte> command)
    {
        var answer = new Answer();
        "USBS"u8.CopyTo(answer.Status);
        command.Slice(4, 4).CopyTo(answer.Status.AsSpan(4));
        ReadOnlySpan<byte> block = command.Slice(15, command[14]);
        switch ((ScsiOpcode)block[0])
        {
            case ScsiOpcode.TestUnitReady when NotReady.TryDequeue(out (byte Key, byte Code) reason):
                Sense = (reason.Key, reason.Code, 0);
                answer.Status[12] = 1;
                break;
            case ScsiOpcode.RequestSense:
                answer.Data = [0x70, 0, Sense.Key, 0, 0, 0, 0, 10, 0, 0, 0, 0, Sense.Code, Sense.Qualifier, 0, 0, 0, 0];
                break;
            case ScsiOpcode.Inquiry:
                answer.Data = new byte[36];
                break;
            case ScsiOpcode.ReadCapacity10:
                answer.Data = new byte[8];
                BinaryPrimitives.WriteUInt32BigEndian(answer.Data, (uint)Math.Clamp(Blocks - 1, 0, uint.MaxValue));
                BinaryPrimitives.WriteInt32BigEndian(answer.Data.AsSpan(4), BlockSize);
                break;
            case ScsiOpcode.ReadCapacity16:
                answer.Data = new byte[32];
                BinaryPrimitives.WriteInt64BigEndian(answer.Data, Blocks - 1);
                BinaryPrimitives.WriteInt32BigEndian(answer.Data.AsSpan(8), BlockSize);
                break;
            case ScsiOpcode.Read10:
                answer.Data = Content(BinaryPrimitives.ReadUInt32BigEndian(block[2..]), BinaryPrimitives.ReadUInt16BigEndian(block[7..]));
                break;
            case ScsiOpcode.Read16:
                answer.Data = Content(BinaryPrimitives.ReadInt64BigEndian(block[2..]), BinaryPrimitives.ReadInt32BigEndian(block[10..]));
                break;
            default:
                break;
        }

        return answer;
    }

    private byte[] Content(long lba, int count)
    {
        byte[] data = new byte[count * BlockSize];
        for (int i = 0; i < count; i++)
        {
            data.AsSpan(i * BlockSize, BlockSize).Fill(Fill(lba + i));
        }

        return data;
    }
}
