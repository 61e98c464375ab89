using System.Buffers.Binary;
using Gatekeeper.Release;

namespace Gatekeeper.Stick.Transport;

/// <summary>The stick's own word on a command (BOT 1.0 table 5.3).</summary>
public enum CommandStatus
{
    /// <summary>Passed.</summary>
    Passed,

    /// <summary>Failed: REQUEST SENSE says why.</summary>
    Failed,
}

/// <summary>
/// USB Mass Storage Class, Bulk-Only Transport 1.0, host's side: one command in flight, data only from the stick.
/// <code>
/// command  55 53 42 43  tag[4]  length[4]  flags  lun  cdb-length  cdb[16]     31 bytes out
/// data     up to length bytes                                                  in, several transfers
/// status   55 53 42 53  tag[4]  residue[4]  status                             13 bytes in
/// </code>
/// The length that counts is what arrived. The residue is checked for its bound and otherwise not believed: many honest sticks
/// get it wrong, and what is read is verified by its hash anyway.
/// </summary>
public sealed class BulkOnlyTransport(IBulkPipe pipe, IStickClock clock)
{
    private const uint CommandSignature = 0x43425355;
    private const uint StatusSignature = 0x53425355;
    private const int CommandLength = 31;
    private const int StatusLength = 13;

    private uint _tag;

    /// <summary>Bytes one transfer asks for at most; a data phase is split over several. Set to what the host controller's driver takes whole.</summary>
    public int TransferBytes { get; init; } = Limits.TransferBytesSuperSpeed;

    /// <summary>Sends one command to LUN 0 and receives its data and status.</summary>
    /// <param name="command">The command.</param>
    /// <param name="data">Where its data goes; exactly <see cref="ScsiCommand.DataLength"/> bytes.</param>
    /// <param name="status">The stick's word; without meaning when a fault is returned.</param>
    /// <param name="received">Bytes of data that arrived.</param>
    /// <returns>Null, or the fault; the transport is then reset as far as the stick lets it.</returns>
    public TransportFault? Execute(ScsiCommand command, Span<byte> data, out CommandStatus status, out int received)
    {
        if (data.Length != command.DataLength)
        {
            throw new ArgumentException("the buffer is not the command's data length", nameof(data));
        }

        status = CommandStatus.Failed;
        received = 0;
        long end = clock.Milliseconds + Limits.CommandMilliseconds;
        _tag = unchecked(_tag + 1);
        if (SendCommand(command, end) is { } notSent)
        {
            return Recover(notSent);
        }

        Span<byte> answer = stackalloc byte[StatusLength];
        TransportFault? fault = ReceiveData(data, answer, end, out received, out bool statusCameEarly);
        if (fault is null && !statusCameEarly)
        {
            fault = ReceiveStatus(answer, end);
        }

        fault ??= ReadStatus(answer, command.DataLength, out status);
        return fault is { } failed ? Recover(failed) : null;
    }

    /// <summary>Get Max LUN (BOT 1.0 §3.2): a stick with one LUN may stall it. Only LUN 0 is ever used.</summary>
    public TransportFault? AskMaxLun() => pipe.GetMaxLun(out _) is BulkStatus.Gone ? Fault(BulkStatus.Gone, "Get Max LUN") : null;

    private TransportFault? SendCommand(ScsiCommand command, long end)
    {
        // BOT 1.0 §5.1.
        Span<byte> block = stackalloc byte[CommandLength];
        block.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(block, CommandSignature);
        BinaryPrimitives.WriteUInt32LittleEndian(block[4..], _tag);
        BinaryPrimitives.WriteInt32LittleEndian(block[8..], command.DataLength);
        block[12] = command.DataLength > 0 ? (byte)0x80 : (byte)0; // from the stick
        block[14] = (byte)command.Length;
        command.CopyTo(block[15..]);
        BulkResult sent = pipe.Send(block, Left(end));
        return sent.Status != BulkStatus.Ok ? Fault(sent.Status, "command block")
            : sent.Length != CommandLength ? new TransportFault(TransportFaultKind.Protocol, $"took {sent.Length} bytes of the command block")
            : null;
    }

    private TransportFault? ReceiveData(Span<byte> data, Span<byte> answer, long end, out int received, out bool statusCameEarly)
    {
        received = 0;
        statusCameEarly = false;
        while (received < data.Length)
        {
            Span<byte> part = data.Slice(received, Math.Min(data.Length - received, TransferBytes));
            BulkResult got = pipe.Receive(part, Left(end));
            received += got.Length;
            if (got.Status == BulkStatus.Stall)
            {
                // BOT 1.0 §6.7.2 (4), (5): the stick ends its data by a stall; the status follows once the halt is cleared.
                return pipe.ClearHaltIn() is var cleared and not BulkStatus.Ok ? Fault(cleared, "clear halt after data") : null;
            }

            if (got.Status != BulkStatus.Ok)
            {
                return Fault(got.Status, "data");
            }

            if (got.Length < part.Length)
            {
                break; // a short packet ends the data phase
            }
        }

        // Some sticks leave the data phase out and send the status at once.
        if (received == StatusLength && data.Length > StatusLength
            && BinaryPrimitives.ReadUInt32LittleEndian(data) == StatusSignature && BinaryPrimitives.ReadUInt32LittleEndian(data[4..]) == _tag)
        {
            data[..StatusLength].CopyTo(answer);
            received = 0;
            statusCameEarly = true;
        }

        return null;
    }

    private TransportFault? ReceiveStatus(Span<byte> answer, long end)
    {
        BulkResult got = pipe.Receive(answer, Left(end));
        if (got.Status == BulkStatus.Stall)
        {
            // BOT 1.0 §5.3, figure 2: on a stall clear it and ask once more.
            if (pipe.ClearHaltIn() is var cleared and not BulkStatus.Ok)
            {
                return Fault(cleared, "clear halt before status");
            }

            got = pipe.Receive(answer, Left(end));
        }
        else if (got is { Status: BulkStatus.Ok, Length: 0 })
        {
            // Some sticks end their data with a packet of no bytes; the status is behind it.
            got = pipe.Receive(answer, Left(end));
        }

        // BOT 1.0 §6.3: a status wrapper is exactly 13 bytes.
        return got.Status != BulkStatus.Ok ? Fault(got.Status, "status")
            : got.Length != StatusLength ? new TransportFault(TransportFaultKind.Protocol, $"status of {got.Length} bytes")
            : null;
    }

    private TransportFault? ReadStatus(ReadOnlySpan<byte> answer, int asked, out CommandStatus status)
    {
        status = CommandStatus.Failed;
        if (BinaryPrimitives.ReadUInt32LittleEndian(answer) != StatusSignature)
        {
            return new TransportFault(TransportFaultKind.Protocol, "wrong status signature");
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(answer[4..]) != _tag)
        {
            return new TransportFault(TransportFaultKind.Protocol, "status of another command");
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(answer[8..]) > (uint)asked)
        {
            return new TransportFault(TransportFaultKind.Protocol, "residue above the length asked for");
        }

        switch (answer[12])
        {
            case 0:
                status = CommandStatus.Passed;
                return null;
            case 1:
                return null;
            case 2:
                return new TransportFault(TransportFaultKind.Protocol, "phase error");
            default:
                return new TransportFault(TransportFaultKind.Protocol, $"status value {answer[12]}");
        }
    }

    // BOT 1.0 §5.3.4 Reset Recovery: class reset, then both halts. What it answers is not judged: the next command shows whether it helped.
    private TransportFault Recover(TransportFault fault)
    {
        if (fault.Kind != TransportFaultKind.Gone && pipe.MassStorageReset() != BulkStatus.Gone)
        {
            pipe.ClearHaltIn();
            pipe.ClearHaltOut();
        }

        return fault;
    }

    private int Left(long end) => (int)Math.Clamp(end - clock.Milliseconds, 1, Limits.CommandMilliseconds);

    private static TransportFault Fault(BulkStatus status, string where) => status switch
    {
        BulkStatus.Timeout => new(TransportFaultKind.Timeout, $"{where}: no end within {Limits.CommandMilliseconds} ms"),
        BulkStatus.Gone => new(TransportFaultKind.Gone, $"{where}: the stick is gone"),
        BulkStatus.Stall => new(TransportFaultKind.Protocol, $"{where}: stalled"),
        BulkStatus.Babble => new(TransportFaultKind.Protocol, $"{where}: more bytes than asked for"),
        _ => new(TransportFaultKind.Protocol, $"{where}: transfer failed"),
    };
}
