using Gatekeeper.PortGate;
using Gatekeeper.Release;
using Gatekeeper.Stick.Transport;

namespace Gatekeeper.Stick.Tests.Transport;

public sealed class ScsiReaderTests
{
    private readonly FakeClock _clock = new();
    private readonly FakeStick _stick;

    public ScsiReaderTests() => _stick = new FakeStick(_clock);

    [Theory]
    [InlineData(512, 1000)]
    [InlineData(4096, 1000)]
    [InlineData(512, 1)]
    [InlineData(512, 0xffffffff)]
    [InlineData(512, 0x100000000)]
    [InlineData(512, 0x200000000)]
    public void GeometryIsWhatTheStickHas(int size, long blocks)
    {
        (_stick.BlockSize, _stick.Blocks) = (size, blocks);
        ScsiReader reader = Open();
        Assert.Equal((size, blocks), (reader.SectorSize, reader.SectorCount));
        Assert.Equal(blocks > uint.MaxValue, _stick.Opcodes.Contains(ScsiOpcode.ReadCapacity16));

        byte[] last = new byte[size];
        reader.Read(blocks - 1, last);
        Assert.Equal(FakeStick.Fill(blocks - 1), last[0]);
        Assert.Equal(blocks > 0x100000000, _stick.Opcodes.Contains(ScsiOpcode.Read16));
    }

    [Fact]
    public void I03_OnlyTheListedCommandsAndOnlyLunZeroReachTheBus()
    {
        ScsiReader reader = Open();
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
        ScsiReader reader = Open(speed);
        reader.Read(5, new byte[3 * 1024 * 1024]);
        Assert.Equal(bytes / 512, _stick.Commands.Where(c => c[15] == 0x28).Max(c => (c[22] << 8) + c[23]));
    }

    [Fact]
    public void EveryByteIsAtItsPlace()
    {
        ScsiReader reader = Open(UsbSpeed.Full);
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
        Assert.Throws<ArgumentOutOfRangeException>(() => Open().Read(lba, new byte[bytes]));

    [Fact]
    public void AStickThatBecomesReadyIsWaitedFor()
    {
        _stick.NotReady.Clear();
        for (int i = 0; i < 50; i++)
        {
            _stick.NotReady.Enqueue((2, 4)); // becoming ready
        }

        Open();
        Assert.InRange(_clock.Milliseconds, 5000, 5100);
    }

    [Fact]
    public void I11_AStickThatNeverBecomesReadyIsDropped()
    {
        _stick.Lie = (opcode, _, _) => Endless(opcode, 2, 4);
        RefusedException refused = Assert.Throws<RefusedException>(() => Open());
        Assert.Equal(Refusal.StickTimeout, refused.Code);
        Assert.InRange(_clock.Milliseconds, Limits.StickReadyMilliseconds, Limits.StickReadyMilliseconds + 200);
    }

    [Fact]
    public void I11_EndlessUnitAttentionsEndToo()
    {
        // Each costs no time, so the count of commands must end it.
        _stick.Lie = (opcode, _, _) =>
        {
            Endless(opcode, 6, 0x29);
            _clock.Milliseconds += 50;
        };
        Assert.Equal(Refusal.StickTimeout, Assert.Throws<RefusedException>(() => Open()).Code);
    }

    [Fact]
    public void AnEmptyCardReaderHasNoMedium()
    {
        _stick.Lie = (opcode, _, _) => Endless(opcode, 2, 0x3a);
        RefusedException refused = Assert.Throws<RefusedException>(() => Open());
        Assert.Equal((Refusal.StickGeometry, "no medium in the reader"), (refused.Code, refused.Detail));
    }

    [Theory]
    [InlineData(0x05)] // optical
    [InlineData(0x01)] // tape
    [InlineData(0x1f)] // unknown
    [InlineData(0x20)] // block device, not connected
    public void OtherDeviceTypesAreRefused(byte type)
    {
        _stick.Lie = (opcode, _, answer) =>
        {
            if (opcode == ScsiOpcode.Inquiry)
            {
                answer.Data[0] = type;
            }
        };
        Assert.Equal(Refusal.StickGeometry, Assert.Throws<RefusedException>(() => Open()).Code);
        Assert.DoesNotContain(ScsiOpcode.Read10, _stick.Opcodes);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(256)]
    [InlineData(520)]
    [InlineData(1024)]
    [InlineData(2048)]
    [InlineData(8192)]
    [InlineData(-512)]
    public void OtherBlockSizesAreRefused(int size)
    {
        _stick.BlockSize = size;
        Assert.Equal(Refusal.StickGeometry, Assert.Throws<RefusedException>(() => Open()).Code);
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(0)] // a last block of all ones: 2^64 blocks
    public void ACapacityBeyondAnyMediumIsRefused(long blocks)
    {
        _stick.Blocks = blocks;
        _stick.Lie = (opcode, _, answer) =>
        {
            if (opcode == ScsiOpcode.ReadCapacity10)
            {
                answer.Data.AsSpan(0, 4).Fill(0xff);
            }
        };
        Assert.Equal(Refusal.StickGeometry, Assert.Throws<RefusedException>(() => Open()).Code);
    }

    [Theory]
    [InlineData(ScsiOpcode.ReadCapacity10, 7)]
    [InlineData(ScsiOpcode.ReadCapacity10, 0)]
    [InlineData(ScsiOpcode.Inquiry, 4)]
    public void ShortAnswersAreNotFilledUpWithZeros(ScsiOpcode which, int length)
    {
        _stick.Lie = (opcode, _, answer) =>
        {
            if (opcode == which)
            {
                answer.Data = answer.Data[..length];
                answer.StallAfterData = length == 0;
            }
        };
        Assert.Equal(Refusal.StickProtocol, Assert.Throws<RefusedException>(() => Open()).Code);
        Assert.Equal(Limits.StickFailures, _stick.Opcodes.Count(o => o == which));
    }

    [Fact]
    public void AStickThatLiesAboutItsCapacityIsRefusedAtTheLie()
    {
        _stick.Lie = (opcode, _, answer) =>
        {
            if (opcode == ScsiOpcode.Read10)
            {
                _stick.Sense = (5, 0x21, 0);
                (answer.Data, answer.StallAfterData, answer.Status[12]) = ([], true, 1);
            }
        };
        RefusedException refused = Assert.Throws<RefusedException>(() => Open().Read(999, new byte[512]));
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
        ScsiReader reader = Open();
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
                _stick.Sense = (3, 0x11, 0);
                (answer.Data, answer.StallAfterData, answer.Status[12]) = ([], true, 1);
            }
        };
        RefusedException refused = Assert.Throws<RefusedException>(() => Open().Read(5, new byte[512]));
        Assert.Equal((Refusal.StickProtocol, "Read10 failed, sense 3/11/00"), (refused.Code, refused.Detail));
        Assert.Equal(Limits.StickFailures, _stick.Opcodes.Count(o => o == ScsiOpcode.Read10));
    }

    [Fact]
    public void I11_AStickThatStallsInTimeIsDropped()
    {
        _stick.Lie = (opcode, _, answer) => answer.DataFails = opcode == ScsiOpcode.Read10 ? BulkStatus.Timeout : null;
        RefusedException refused = Assert.Throws<RefusedException>(() => Open().Read(5, new byte[512]));
        Assert.Equal(Refusal.StickTimeout, refused.Code);
        Assert.InRange(_clock.Milliseconds, 0, Limits.StickTimeouts * (Limits.CommandMilliseconds + 100));
    }

    [Fact]
    public void APulledStickIsGoneAtOnce()
    {
        _stick.Lie = (opcode, _, answer) => answer.DataFails = opcode == ScsiOpcode.Read10 ? BulkStatus.Gone : null;
        Assert.Equal(Refusal.StickGone, Assert.Throws<RefusedException>(() => Open().Read(5, new byte[512])).Code);
        Assert.Equal(1, _stick.Opcodes.Count(o => o == ScsiOpcode.Read10));
    }

    [Fact]
    public void AMediumThatIsChangedUnderWayIsGone()
    {
        _stick.Lie = (opcode, count, answer) =>
        {
            if (opcode == ScsiOpcode.Read10 && count == 2)
            {
                _stick.Sense = (6, 0x28, 0);
                (answer.Data, answer.StallAfterData, answer.Status[12]) = ([], true, 1);
            }
        };
        ScsiReader reader = Open();
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
                _stick.Sense = (6, 0x29, 0);
                (answer.Data, answer.StallAfterData, answer.Status[12]) = ([], true, 1);
            }
        };
        ScsiReader reader = Open();
        reader.Read(0, new byte[512]);
        Assert.Equal(1024 * 1024, reader.PartBytes);
    }

    [Fact]
    public void I11_WhatOneStickMayCostIsBounded()
    {
        var budget = new StickBudget(_clock);
        for (long sent = 0; sent < Limits.StickBytes; sent += 1 << 30)
        {
            budget.Spend(1 << 30);
        }

        Assert.Equal(Refusal.StickTimeout, Assert.Throws<RefusedException>(() => budget.Spend(1)).Code);

        var held = new StickBudget(_clock);
        _clock.Milliseconds += Limits.StickMilliseconds;
        held.Spend(1);
        _clock.Milliseconds++;
        Assert.Throws<RefusedException>(() => held.Spend(1));
    }

    private ScsiReader Open(UsbSpeed speed = UsbSpeed.Super) => ScsiReader.Open(new BulkOnlyTransport(_stick, _clock), _clock, speed);

    // TEST UNIT READY fails for ever.
    private void Endless(ScsiOpcode opcode, byte key, byte code)
    {
        if (opcode == ScsiOpcode.TestUnitReady)
        {
            _stick.NotReady.Enqueue((key, code));
        }
    }
}
