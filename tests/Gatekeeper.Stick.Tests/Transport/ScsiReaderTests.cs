using Gatekeeper.PortGate;
using Gatekeeper.Release;
using Gatekeeper.Stick.Transport;

namespace Gatekeeper.Stick.Tests.Transport;

/// <summary>Reading blocks: what reaches the bus, in what sizes, and what becomes of a stick that fails.</summary>
public sealed class ScsiReaderTests
{
    private readonly FakeClock _clock = new();
    private readonly FakeStick _stick;

    public ScsiReaderTests() => _stick = new FakeStick(_clock);

    [Fact]
    public void I03_OnlyTheListedCommandsAndOnlyLunZeroReachTheBus()
    {
        ScsiReader reader = _stick.Open();
        reader.Read(0, new byte[100 * 512]);
        ScsiOpcode[] listed = Enum.GetValues<ScsiOpcode>();
        Assert.All(_stick.Opcodes, o => Assert.Contains(o, listed));
        Assert.All(_stick.Commands, c => Assert.Equal(0, c[13]));
        Assert.All(_stick.Commands, c => Assert.True(c[12] == 0x80 || c[8] == 0, "data to the stick"));
    }

    [Theory]
    [InlineData(UsbSpeed.Full, 64 * 1024)]
    [InlineData(UsbSpeed.High, 120 * 1024)]
    [InlineData(UsbSpeed.Super, 1024 * 1024)]
    [InlineData(UsbSpeed.Low, 64 * 1024)]
    public void TransferSizesFollowTheSpeed(UsbSpeed speed, int bytes)
    {
        _stick.Blocks = 1_000_000;
        ScsiReader reader = _stick.Open(speed);
        reader.Read(5, new byte[3 * 1024 * 1024]);
        Assert.Equal(bytes / 512, _stick.Commands.Where(c => c[15] == 0x28).Max(c => (c[22] << 8) + c[23]));
    }

    [Fact]
    public void EveryByteIsAtItsPlace()
    {
        ScsiReader reader = _stick.Open(UsbSpeed.Full);
        byte[] data = new byte[900 * 512];
        reader.Read(50, data);
        for (int i = 0; i < 900; i++)
        {
            Assert.Equal(FakeStick.Fill(50 + i), data[i * 512]);
            Assert.Equal(FakeStick.Fill(50 + i), data[(i * 512) + 511]);
        }
    }

    [Theory]
    [InlineData(-1, 512)]
    [InlineData(1000, 512)]
    [InlineData(999, 1024)]
    [InlineData(0, 100)]
    [InlineData(long.MaxValue, 512)]
    public void ARangeOutsideTheStickIsOurOwnMistake(long lba, int bytes) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => _stick.Open().Read(lba, new byte[bytes]));

    [Fact]
    public void AStickThatLiesAboutItsCapacityIsRefusedAtTheLie()
    {
        _stick.Lie = (opcode, _, answer) =>
        {
            if (opcode == ScsiOpcode.Read10)
            {
                _stick.FailCommand(answer, (5, 0x21, 0));
            }
        };
        RefusedException refused = Assert.Throws<RefusedException>(() => _stick.Open().Read(999, new byte[512]));
        Assert.Equal(Refusal.StickProtocol, refused.Code);
        Assert.Equal(1, _stick.Opcodes.Count(o => o == ScsiOpcode.Read10));
    }

    [Fact]
    public void SizesAreHalvedOnErrorsAndStay()
    {
        _stick.Blocks = 1_000_000;
        _stick.Lie = (opcode, _, answer) =>
        {
            // A stick that cannot do more than 100 blocks at once.
            if (opcode == ScsiOpcode.Read10 && answer.Data.Length > 100 * 512)
            {
                answer.Data = answer.Data[..1000];
            }
        };
        ScsiReader reader = _stick.Open();
        byte[] data = new byte[1024 * 1024];
        reader.Read(0, data);
        Assert.Equal(32 * 1024, reader.PartBytes);
        Assert.Equal(FakeStick.Fill(2047), data[^1]);
        int failed = _stick.Opcodes.Count(o => o == ScsiOpcode.Read10);
        reader.Read(0, data);
        Assert.Equal(32, _stick.Opcodes.Count(o => o == ScsiOpcode.Read10) - failed);
    }

    [Fact]
    public void I11_ABlockThatNeverReadsIsGivenUp()
    {
        _stick.Lie = (opcode, _, answer) =>
        {
            if (opcode == ScsiOpcode.Read10)
            {
                _stick.FailCommand(answer, (3, 0x11, 0));
            }
        };
        RefusedException refused = Assert.Throws<RefusedException>(() => _stick.Open().Read(5, new byte[512]));
        Assert.Equal((Refusal.StickProtocol, "Read10 failed, sense 3/11/00"), (refused.Code, refused.Detail));
        Assert.Equal(Limits.StickFailures, _stick.Opcodes.Count(o => o == ScsiOpcode.Read10));
    }

    [Fact]
    public void I11_AStickThatStallsInTimeIsDropped()
    {
        _stick.Lie = (opcode, _, answer) => answer.DataFails = opcode == ScsiOpcode.Read10 ? BulkStatus.Timeout : null;
        RefusedException refused = Assert.Throws<RefusedException>(() => _stick.Open().Read(5, new byte[512]));
        Assert.Equal(Refusal.StickTimeout, refused.Code);
        Assert.InRange(_clock.Milliseconds, 0, Limits.StickTimeouts * (Limits.CommandMilliseconds + 100));
    }

    [Fact]
    public void APulledStickIsGoneAtOnce()
    {
        _stick.Lie = (opcode, _, answer) => answer.DataFails = opcode == ScsiOpcode.Read10 ? BulkStatus.Gone : null;
        Assert.Equal(Refusal.StickGone, Assert.Throws<RefusedException>(() => _stick.Open().Read(5, new byte[512])).Code);
        Assert.Equal(1, _stick.Opcodes.Count(o => o == ScsiOpcode.Read10));
    }

    [Fact]
    public void AMediumThatIsChangedUnderWayIsGone()
    {
        _stick.Lie = (opcode, count, answer) =>
        {
            if (opcode == ScsiOpcode.Read10 && count == 2)
            {
                _stick.FailCommand(answer, (6, 0x28, 0));
            }
        };
        ScsiReader reader = _stick.Open();
        reader.Read(0, new byte[512]);
        Assert.Equal(Refusal.StickGone, Assert.Throws<RefusedException>(() => reader.Read(0, new byte[512])).Code);
    }

    [Fact]
    public void AResetUnderWayIsTriedAgainAtTheSameSize()
    {
        _stick.Lie = (opcode, count, answer) =>
        {
            if (opcode == ScsiOpcode.Read10 && count == 1)
            {
                _stick.FailCommand(answer, (6, 0x29, 0));
            }
        };
        ScsiReader reader = _stick.Open();
        reader.Read(0, new byte[512]);
        Assert.Equal(1024 * 1024, reader.PartBytes);
    }
}
