using System.Buffers.Binary;
using Gatekeeper.Stick;
using Gatekeeper.Stick.Transport;

namespace Gatekeeper.Fuzz;

/// <summary>A stick that follows a script: one byte a transfer says how it goes wrong, if it does. Behind the script it is honest. It is its own clock.</summary>
internal sealed class ScriptPipe(byte[] script) : IBulkPipe, IStickClock
{
    private const byte Honest = 0x0F;
    private byte[] answer = [];
    private byte[] status = [];
    private int sent;
    private int next;

    public long Milliseconds { get; private set; }

    public static List<byte[]> Corpus() =>
    [
        [.. Enumerable.Repeat(Honest, 40)],
        [.. Enumerable.Repeat((byte)0x0E, 40)],
        [Honest, 0, Honest, 1, Honest, 2, Honest, 4, Honest, 5, 9, Honest, 6, 1, 2, Honest, Honest],
        [Honest, Honest, 6, 0, 255, Honest, 6, 8, 255, Honest, 5, 0],
    ];

    public void Wait(int milliseconds) => Milliseconds += milliseconds;

    public BulkResult Send(ReadOnlySpan<byte> data, int timeoutMilliseconds)
    {
        uint asked = BinaryPrimitives.ReadUInt32LittleEndian(data[8..]);
        answer = Answer((ScsiOpcode)data[15], (int)Math.Min(asked, 1 << 20));
        status = new byte[13];
        BinaryPrimitives.WriteUInt32LittleEndian(status, 0x53425355);
        data.Slice(4, 4).CopyTo(status.AsSpan(4));
        sent = 0;
        return Status(Next()) is { } fault and not BulkStatus.Babble ? Ended(fault, 0, timeoutMilliseconds) : new BulkResult(BulkStatus.Ok, data.Length);
    }

    public BulkResult Receive(Span<byte> buffer, int timeoutMilliseconds)
    {
        byte[] from = sent < answer.Length ? answer : status;
        int start = sent < answer.Length ? sent : 0;
        int length = Math.Min(from.Length - start, buffer.Length);
        byte step = Next();
        if (step == 5)
        {
            length = Math.Min(Next(), length);
        }

        from.AsSpan(start, length).CopyTo(buffer);
        sent += length;
        if (step == 6 && length > 0)
        {
            int at = Next() % length;
            buffer[at] ^= Next();
        }

        return Status(step) is { } fault ? Ended(fault, fault == BulkStatus.Babble ? length : 0, timeoutMilliseconds) : new BulkResult(BulkStatus.Ok, length);
    }

    public BulkStatus ClearHaltIn() => Status(Next()) ?? BulkStatus.Ok;

    public BulkStatus ClearHaltOut() => Status(Next()) ?? BulkStatus.Ok;

    public BulkStatus MassStorageReset() => Status(Next()) ?? BulkStatus.Ok;

    public BulkStatus GetMaxLun(out byte maxLun)
    {
        maxLun = 0;
        return Status(Next()) ?? BulkStatus.Stall;
    }

    private static byte[] Answer(ScsiOpcode opcode, int length)
    {
        byte[] data = new byte[length];
        if (opcode == ScsiOpcode.ReadCapacity10)
        {
            BinaryPrimitives.WriteUInt32BigEndian(data, 999);
            BinaryPrimitives.WriteUInt32BigEndian(data.AsSpan(4), 512);
        }
        else if (opcode == ScsiOpcode.ReadCapacity16)
        {
            BinaryPrimitives.WriteUInt64BigEndian(data, 999);
            BinaryPrimitives.WriteUInt32BigEndian(data.AsSpan(8), 512);
        }
        else if (opcode == ScsiOpcode.RequestSense && length > 13)
        {
            (data[0], data[2], data[7], data[12]) = (0x70, 6, 10, 0x28);
        }

        return data;
    }

    private static BulkStatus? Status(byte step) => step switch
    {
        0 => BulkStatus.Stall,
        1 => BulkStatus.Timeout,
        2 => BulkStatus.Failed,
        3 => BulkStatus.Gone,
        4 => BulkStatus.Babble,
        _ => null,
    };

    private BulkResult Ended(BulkStatus status, int length, int timeout)
    {
        Milliseconds += status == BulkStatus.Timeout ? timeout : 0;
        return new BulkResult(status, length);
    }

    private byte Next()
    {
        Milliseconds++;
        return next < script.Length ? script[next++] : Honest;
    }
}
