using System.Buffers.Binary;
using Gatekeeper.Stick.Transport;

namespace Gatekeeper.Stick.Tests.Transport;

public sealed class BulkOnlyTransportTests
{
    private readonly FakeClock _clock = new();
    private readonly FakeStick _stick;
    private readonly BulkOnlyTransport _transport;

    public BulkOnlyTransportTests()
    {
        _stick = new FakeStick(_clock);
        _stick.NotReady.Clear();
        _transport = new BulkOnlyTransport(_stick, _clock) { TransferBytes = 1024 };
    }

    [Fact]
    public void ACommandBlock_IsWhatTheStandardSays()
    {
        byte[] data = new byte[4 * 512];
        Assert.Null(Run(ScsiCommand.Read(0x01020304, 4, 512), data));

        byte[] block = Assert.Single(_stick.Commands);
        Assert.Equal(31, block.Length);
        Assert.Equal("USBC"u8.ToArray(), block[..4]);
        Assert.Equal(4 * 512, BinaryPrimitives.ReadInt32LittleEndian(block.AsSpan(8)));
        Assert.Equal((0x80, 0, 10), (block[12], block[13], block[14]));
        Assert.Equal([0x28, 0, 1, 2, 3, 4, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0], block[15..]);
    }

    [Fact]
    public void EveryCommandHasItsOwnTag()
    {
        for (int i = 0; i < 5; i++)
        {
            Assert.Null(Run(ScsiCommand.TestUnitReady(), []));
        }

        Assert.Equal(5, _stick.Commands.Select(c => BinaryPrimitives.ReadUInt32LittleEndian(c.AsSpan(4))).Distinct().Count());
    }

    [Fact]
    public void ADataPhaseIsSplitOverSeveralTransfers()
    {
        byte[] data = new byte[5 * 512];
        Assert.Null(Run(ScsiCommand.Read(7, 5, 512), data));
        Assert.Equal([1024, 1024, 512], _stick.Transfers);
        Assert.Equal(FakeStick.Fill(11), data[^1]);
    }

    public static TheoryData<string, TransportFaultKind> Lies() => new()
    {
        { "wrong tag", TransportFaultKind.Protocol },
        { "wrong signature", TransportFaultKind.Protocol },
        { "residue above the length", TransportFaultKind.Protocol },
        { "phase error", TransportFaultKind.Protocol },
        { "status 3", TransportFaultKind.Protocol },
        { "status of 12 bytes", TransportFaultKind.Protocol },
        { "status of 14 bytes", TransportFaultKind.Protocol },
        { "two empty packets for a status", TransportFaultKind.Protocol },
        { "status stalls twice", TransportFaultKind.Protocol },
        { "command stalls", TransportFaultKind.Protocol },
        { "babble", TransportFaultKind.Protocol },
        { "failed transfer", TransportFaultKind.Protocol },
        { "command never taken", TransportFaultKind.Timeout },
        { "data never sent", TransportFaultKind.Timeout },
        { "status never sent", TransportFaultKind.Timeout },
        { "gone", TransportFaultKind.Gone },
    };

    [Theory]
    [MemberData(nameof(Lies))]
    public void ALieIsAFaultAndTheNextCommandWorks(string lie, TransportFaultKind kind)
    {
        _stick.Lie = (_, count, answer) => Tell(lie, count, answer);
        TransportFault? fault = Run(ScsiCommand.Read(0, 1, 512), new byte[512]);
        Assert.Equal(kind, fault?.Kind);

        // BOT 1.0 §5.3.4: reset, bulk-in, bulk-out; nothing to reset when it is gone.
        Assert.EndsWith(kind == TransportFaultKind.Gone ? string.Empty : "RIO", _stick.Recoveries, StringComparison.Ordinal);
        Assert.InRange(_clock.Milliseconds, 0, Gatekeeper.Release.Limits.CommandMilliseconds + 1);

        if (kind != TransportFaultKind.Gone)
        {
            byte[] data = new byte[512];
            Assert.Null(Run(ScsiCommand.Read(3, 1, 512), data));
            Assert.Equal(FakeStick.Fill(3), data[0]);
        }
    }

    [Fact]
    public void AStallInTheDataIsFollowedByTheStatus()
    {
        _stick.Lie = (_, _, answer) => (answer.Data, answer.StallAfterData, answer.Status[12]) = (answer.Data[..100], true, 1);
        Assert.Null(Run(ScsiCommand.Read(0, 1, 512), new byte[512], out CommandStatus status, out int received));
        Assert.Equal((CommandStatus.Failed, 100), (status, received));
        Assert.Equal("I", _stick.Recoveries);
    }

    [Fact]
    public void AStalledStatusIsAskedForOnceMore()
    {
        _stick.Lie = (_, _, answer) => answer.StatusStalls = 1;
        Assert.Null(Run(ScsiCommand.TestUnitReady(), []));
        Assert.Equal("I", _stick.Recoveries);
    }

    [Fact]
    public void AnEmptyPacketBeforeTheStatusIsSteppedOver()
    {
        _stick.Lie = (_, _, answer) => answer.EmptyPackets = 1;
        Assert.Null(Run(ScsiCommand.Read(0, 1, 512), new byte[512]));
    }

    [Fact]
    public void ShortDataIsCountedNotBelieved()
    {
        // The stick says that nothing is missing.
        _stick.Lie = (_, _, answer) => answer.Data = answer.Data[..200];
        Assert.Null(Run(ScsiCommand.Read(0, 1, 512), new byte[512], out CommandStatus status, out int received));
        Assert.Equal((CommandStatus.Passed, 200), (status, received));
    }

    [Fact]
    public void AResidueWithinTheLengthIsNotBelieved()
    {
        _stick.Lie = (_, _, answer) => answer.Status[8] = 100;
        Assert.Null(Run(ScsiCommand.Read(0, 1, 512), new byte[512], out CommandStatus status, out int received));
        Assert.Equal((CommandStatus.Passed, 512), (status, received));
    }

    [Fact]
    public void AStatusInPlaceOfDataIsTheStatus()
    {
        _stick.Lie = (_, _, answer) =>
        {
            answer.Status[12] = 1;
            answer.Data = answer.Status;
            answer.StatusFails = BulkStatus.Timeout; // nothing comes behind it
        };
        Assert.Null(Run(ScsiCommand.Read(0, 1, 512), new byte[512], out CommandStatus status, out int received));
        Assert.Equal((CommandStatus.Failed, 0), (status, received));
    }

    [Fact]
    public void I03_OnlyTheListedOpcodesCanBeBuilt()
    {
        // Every function that makes a command, called with what it takes: the list is closed because the constructor is private.
        Assert.Empty(typeof(ScsiCommand).GetConstructors());
        HashSet<byte> allowed = [0x00, 0x03, 0x12, 0x25, 0x28, 0x88, 0x9e];
        Assert.Equal(allowed, Enum.GetValues<ScsiOpcode>().Select(o => (byte)o).ToHashSet());
        ScsiCommand[] all =
        [
            ScsiCommand.TestUnitReady(), ScsiCommand.RequestSense(), ScsiCommand.Inquiry(), ScsiCommand.ReadCapacity10(), ScsiCommand.ReadCapacity16(),
            ScsiCommand.Read(0, 1, 512), ScsiCommand.Read(uint.MaxValue, 2, 512),
        ];
        int makers = typeof(ScsiCommand).GetMethods().Count(m => m.IsStatic && m.ReturnType == typeof(ScsiCommand));
        Assert.Equal(6, makers);
        Assert.Equal(allowed, all.Select(c => (byte)c.Opcode).ToHashSet());

        // Opcode 9E is SERVICE ACTION IN (16): its action must be READ CAPACITY (16).
        byte[] block = new byte[16];
        ScsiCommand.ReadCapacity16().CopyTo(block);
        Assert.Equal(0x10, block[1]);
    }

    private static void Tell(string lie, int count, Answer answer)
    {
        if (count > 1)
        {
            return;
        }

        switch (lie)
        {
            case "wrong tag": answer.Status[4] ^= 1; break;
            case "wrong signature": answer.Status[3] = (byte)'C'; break;
            case "residue above the length": answer.Status[10] = 1; break;
            case "phase error": answer.Status[12] = 2; break;
            case "status 3": answer.Status[12] = 3; break;
            case "status of 12 bytes": answer.Status = answer.Status[..12]; break;
            case "status of 14 bytes": answer.Status = [.. answer.Status, 0]; break;
            case "two empty packets for a status": answer.EmptyPackets = 2; break;
            case "status stalls twice": answer.StatusStalls = 2; break;
            case "command stalls": answer.CommandFails = BulkStatus.Stall; break;
            case "babble": answer.DataFails = BulkStatus.Babble; break;
            case "failed transfer": answer.DataFails = BulkStatus.Failed; break;
            case "command never taken": answer.CommandFails = BulkStatus.Timeout; break;
            case "data never sent": answer.DataFails = BulkStatus.Timeout; break;
            case "status never sent": answer.StatusFails = BulkStatus.Timeout; break;
            case "gone": answer.DataFails = BulkStatus.Gone; break;
            default: throw new ArgumentOutOfRangeException(nameof(lie));
        }
    }

    private TransportFault? Run(ScsiCommand command, byte[] data) => Run(command, data, out _, out _);

    private TransportFault? Run(ScsiCommand command, byte[] data, out CommandStatus status, out int received) =>
        _transport.Execute(command, data, out status, out received);
}
