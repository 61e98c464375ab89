using System.Buffers.Binary;
using Gatekeeper.PortGate;
using Gatekeeper.Release;

namespace Gatekeeper.Stick.Transport;

/// <summary>A stick's sectors over SCSI: LUN 0, a direct-access block device, blocks of 512 or 4096 bytes. Knows no file system.
/// A failed read is tried again with half the size, which stays; what one stick may cost is bounded by its <see cref="StickBudget"/>.</summary>
public sealed class ScsiReader : IPartedSource
{
    private readonly BulkOnlyTransport _transport;
    private readonly IStickClock _clock;
    private readonly StickBudget _budget;
    private int _transferBytes;

    private ScsiReader(BulkOnlyTransport transport, IStickClock clock, StickBudget budget, int transferBytes)
    {
        _transport = transport;
        _clock = clock;
        _budget = budget;
        _transferBytes = transferBytes;
    }

    /// <inheritdoc/>
    public int SectorSize { get; private set; }

    /// <inheritdoc/>
    public long SectorCount { get; private set; }

    /// <summary>Bytes of one data phase now: the speed's size, or what halving has left of it.</summary>
    public int PartBytes => _transferBytes;

    /// <summary>Bytes of one data phase at a bus speed.</summary>
    public static int TransferBytesAt(UsbSpeed speed) => speed switch
    {
        UsbSpeed.Super => Limits.TransferBytesSuperSpeed,
        UsbSpeed.High => Limits.TransferBytesHighSpeed,
        _ => Limits.TransferBytesFullSpeed,
    };

    /// <summary>Waits until the stick is ready and reads its geometry.</summary>
    /// <exception cref="RefusedException">It is no disk of 512- or 4096-byte blocks, does not become ready, or broke the transport's rules.</exception>
    public static ScsiReader Open(BulkOnlyTransport transport, IStickClock clock, UsbSpeed speed)
    {
        var reader = new ScsiReader(transport, clock, new StickBudget(clock), TransferBytesAt(speed));
        if (transport.AskMaxLun() is { } gone)
        {
            throw gone.Refused();
        }

        reader.CheckType();
        reader.WaitUntilReady();
        reader.ReadCapacity();
        return reader;
    }

    /// <inheritdoc/>
    public void Read(long lba, Span<byte> buffer)
    {
        SectorBounds.Check(this, lba, buffer.Length);
        int done = 0;
        while (done < buffer.Length)
        {
            int length = Math.Min(buffer.Length - done, _transferBytes);
            Span<byte> part = buffer.Slice(done, length);
            if (TryRead(lba + (done / SectorSize), part))
            {
                done += length;
            }
        }
    }

    // One data phase. False: it failed, the size is halved, and it is to be tried again.
    private bool TryRead(long lba, Span<byte> part)
    {
        ScsiCommand command = ScsiCommand.Read(lba, part.Length / SectorSize, SectorSize);
        if (Run(command, part, out int received) is { } fault)
        {
            _budget.Fail(fault);
            if (fault.Kind != TransportFaultKind.Attention)
            {
                Halve();
            }

            return false;
        }

        if (received == part.Length)
        {
            return true;
        }

        _budget.Fail(new TransportFault(TransportFaultKind.Protocol, $"{received} of {part.Length} bytes"));
        Halve();
        return false;
    }

    private void Halve()
    {
        int half = _transferBytes / 2 / Limits.TransferBytesLeast * Limits.TransferBytesLeast;
        _transferBytes = Math.Max(half, Limits.TransferBytesLeast);
    }

    private void CheckType()
    {
        Span<byte> inquiry = stackalloc byte[36];
        Retry(ScsiCommand.Inquiry(), inquiry, least: 5, "INQUIRY");

        // SPC-4 §6.4.2: qualifier 0 and type 0, a connected direct-access block device. Optical drives (5) and the modems' mode-switch disks are refused here.
        if (inquiry[0] != 0)
        {
            throw new RefusedException(Refusal.StickGeometry, $"device type {inquiry[0] & 0x1f}, qualifier {inquiry[0] >> 5}");
        }
    }

    private void WaitUntilReady()
    {
        long end = _clock.Milliseconds + Limits.StickReadyMilliseconds;
        ScsiSense last = default;
        do
        {
            switch (Ask(ScsiCommand.TestUnitReady(), [], out _, out last))
            {
                case { } fault:
                    _budget.Fail(fault);
                    break;
                case null when last == default:
                    return;
                default:
                    break;
            }

            // The first answer after plugging is a unit attention; then the next one counts. Everything else takes its time.
            if (last.Key != ScsiSense.UnitAttention)
            {
                _clock.Wait(Limits.StickReadyPauseMilliseconds);
            }
        }
        while (_clock.Milliseconds < end);

        throw last.Code == ScsiSense.MediumNotPresent
            ? new RefusedException(Refusal.StickGeometry, "no medium in the reader")
            : new RefusedException(Refusal.StickTimeout, $"not ready within {Limits.StickReadyMilliseconds} ms, {last}");
    }

    private void ReadCapacity()
    {
        Span<byte> ten = stackalloc byte[8];
        Retry(ScsiCommand.ReadCapacity10(), ten, least: 8, "READ CAPACITY (10)");
        ulong last = BinaryPrimitives.ReadUInt32BigEndian(ten);
        uint size = BinaryPrimitives.ReadUInt32BigEndian(ten[4..]);

        // SBC-3 §5.15.2: all ones mean that the count does not fit and READ CAPACITY (16) has it.
        if (last == uint.MaxValue)
        {
            Span<byte> sixteen = stackalloc byte[32];
            Retry(ScsiCommand.ReadCapacity16(), sixteen, least: 12, "READ CAPACITY (16)");
            last = BinaryPrimitives.ReadUInt64BigEndian(sixteen);
            size = BinaryPrimitives.ReadUInt32BigEndian(sixteen[8..]);
        }

        if (size is not (512 or 4096))
        {
            throw new RefusedException(Refusal.StickGeometry, $"blocks of {size} bytes");
        }

        // Every offset in bytes must fit a long, so that nothing above this needs a second thought.
        if (last >= long.MaxValue / 4096)
        {
            throw new RefusedException(Refusal.StickGeometry, "last block beyond any medium");
        }

        SectorSize = (int)size;
        SectorCount = (long)last + 1;
    }

    // A command of the beginning: tried again as it is, within the budget.
    private void Retry(ScsiCommand command, Span<byte> data, int least, string name)
    {
        while (true)
        {
            data.Clear();
            if (Run(command, data, out int received) is { } fault)
            {
                _budget.Fail(fault);
            }
            else if (received >= least)
            {
                return;
            }
            else
            {
                _budget.Fail(new TransportFault(TransportFaultKind.Protocol, $"{name} of {received} bytes"));
            }
        }
    }

    // A command whose failure is a fault, with what REQUEST SENSE says about it.
    private TransportFault? Run(ScsiCommand command, Span<byte> data, out int received)
    {
        TransportFault? fault = Ask(command, data, out received, out ScsiSense sense);
        if (fault is not null || sense == default)
        {
            return fault;
        }

        switch (sense.Key)
        {
            case ScsiSense.IllegalRequest or ScsiSense.DataProtect:
                // Asking again would not help: a block beyond its end, or a locked stick.
                throw new RefusedException(Refusal.StickProtocol, $"{command.Opcode} refused, {sense}");
            case ScsiSense.UnitAttention when sense.Code == ScsiSense.MediumMayHaveChanged && SectorCount > 0:
                throw new RefusedException(Refusal.StickGone, "the medium was changed");
            case ScsiSense.UnitAttention:
                return new TransportFault(TransportFaultKind.Attention, $"{command.Opcode} interrupted, {sense}");
            default:
                return new TransportFault(TransportFaultKind.Medium, $"{command.Opcode} failed, {sense}");
        }
    }

    // One command. When the stick says it failed, the reason is fetched; a stick without one gets "no further reason" (key 15, which SCSI leaves free).
    private TransportFault? Ask(ScsiCommand command, Span<byte> data, out int received, out ScsiSense sense)
    {
        sense = default;
        _budget.Spend(command.DataLength);
        if (_transport.Execute(command, data, out CommandStatus status, out received) is { } fault)
        {
            sense = new ScsiSense(0x0f, 0, 0);
            return fault;
        }

        if (status == CommandStatus.Passed)
        {
            return null;
        }

        Span<byte> bytes = stackalloc byte[18];
        ScsiCommand request = ScsiCommand.RequestSense();
        _budget.Spend(request.DataLength);
        if (_transport.Execute(request, bytes, out CommandStatus senseStatus, out int length) is { } second)
        {
            sense = new ScsiSense(0x0f, 0, 0);
            return second;
        }

        sense = senseStatus == CommandStatus.Passed ? ScsiSense.Read(bytes[..length]) : default;
        if (sense.Key == 0)
        {
            sense = new ScsiSense(0x0f, 0, 0);
        }

        return null;
    }
}
