using System.Diagnostics;
using Gatekeeper.PortGate;
using Gatekeeper.Release;
using Gatekeeper.Rig.UsbRedir;
using Gatekeeper.Stick.Transport;

namespace Gatekeeper.Rig.Tests.Unit.UsbRedir;

/// <summary>Each knob of the emulated stick, and what the product's own reader sees of it.</summary>
public sealed class MisbehavingStickTests
{
    private readonly StickBench bench = new();

    private static bool IsRead(SeenCommand command) => command.Opcode is 0x28 or 0x88;

    [Fact]
    public void NotReadyFor_IsWaitedOut()
    {
        bench.Unit.NotReadyFor = TimeSpan.FromSeconds(6);
        bench.OpenAndCheck();
        Assert.InRange(bench.Time.Milliseconds, 6000, 6300);
        Assert.InRange(bench.Opcodes.Count(o => o == 0x00), 55, 65);
    }

    [Fact]
    public void NotReadyFor_TooLong_IsATimeout()
    {
        bench.Unit.NotReadyFor = TimeSpan.FromMinutes(1);
        RefusedException refused = Assert.Throws<RefusedException>(() => bench.Open());
        Assert.Equal(Refusal.StickTimeout, refused.Code);
        Assert.Contains("2/04/01", refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void UnitAttentions_AreCounted()
    {
        bench.Unit.UnitAttentions = 5;
        bench.OpenAndCheck();
        Assert.Equal(6, bench.Opcodes.Count(o => o == 0x00));
    }

    [Fact]
    public void NoMedium_IsAGeometryRefusal()
    {
        bench.Unit.HasMedium = false;
        Assert.Equal(Refusal.StickGeometry, Assert.Throws<RefusedException>(() => bench.Open()).Code);
    }

    [Fact]
    public void OpticalDrive_IsAGeometryRefusal()
    {
        bench.Unit.DeviceType = 5;
        Assert.Contains("device type 5", Assert.Throws<RefusedException>(() => bench.Open()).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void StrangeBlockSize_IsAGeometryRefusal()
    {
        bench.Unit.BlockSize = 2048;
        Assert.Contains("2048", Assert.Throws<RefusedException>(() => bench.Open()).Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(TransferFailure.Stall)]
    [InlineData(TransferFailure.StatusAfterData)]
    [InlineData(TransferFailure.Hang)]
    public void AboveLargestRead_Fails_AndSmallerReadsWork(TransferFailure failure)
    {
        bench.Unit.LargestRead = failure == TransferFailure.Hang ? 512 << 10 : 64 << 10; // a reader survives one hang and no more
        bench.Unit.AboveLargestRead = failure;
        ScsiReader reader = bench.OpenAndCheck();
        Assert.Equal(bench.Unit.LargestRead, reader.PartBytes);
        Assert.Equal(failure == TransferFailure.Hang ? 1 : 0, bench.Target.ClassResets);
    }

    [Fact]
    public void LargestRead_IsTheSizeThatStillWorks()
    {
        bench.Unit.LargestRead = 120 << 10;
        Assert.Equal(120 << 10, bench.OpenAndCheck(speed: UsbSpeed.High).PartBytes);
    }

    public static TheoryData<string> WrongStatuses => ["signature", "tag", "residue", "phase", "value", "short", "long", "none"];

    [Theory]
    [MemberData(nameof(WrongStatuses))]
    public void WrongStatusWrapper_OfOneRead_IsSeen_AndRecovered(string lie)
    {
        int wrong = 0;
        bench.Target.OnCommand = (command, answer) => !IsRead(command) || wrong++ > 0 ? answer : lie switch
        {
            "signature" => answer with { Signature = 0x53425354 },
            "tag" => answer with { Tag = 0xFFFFFFFF },
            "residue" => answer with { Residue = command.DataLength + 1 },
            "phase" => answer with { Status = 2 },
            "value" => answer with { Status = 7 },
            "short" => answer with { Wrapper = new byte[12] },
            "long" => answer with { Wrapper = new byte[26] },
            _ => answer with { Wrapper = [] },
        };
        Assert.Equal(512 << 10, bench.OpenAndCheck().PartBytes);
        Assert.Equal(1, bench.Target.ClassResets);
    }

    [Fact]
    public void ShortData_IsSeen()
    {
        bench.Target.OnCommand = (command, answer) => IsRead(command) && answer.Data.Length > 8192 ? answer with { Data = answer.Data[..4096] } : answer;
        Assert.Equal(8192, bench.OpenAndCheck(64 << 10).PartBytes);
    }

    [Fact]
    public void ShortData_WithoutStall_EndsTheTransferToo()
    {
        int wrong = 0;
        bench.Target.OnCommand = (command, answer) => IsRead(command) && wrong++ == 0 ? answer with { Data = answer.Data[..100], StallAfterData = false } : answer;
        bench.OpenAndCheck();
        Assert.DoesNotContain(bench.Device.Controls, c => c.Request == ControlRequest.ClearFeature);
    }

    [Fact]
    public void StallsAndEmptyPacketsBeforeStatus_AreTolerated()
    {
        bench.Target.OnCommand = (command, answer) => answer with { StallBeforeStatus = command.Number % 2 == 0, EmptyPacketBeforeStatus = command.Number % 2 == 1 };
        bench.OpenAndCheck();
        Assert.Equal(0, bench.Target.ClassResets);
    }

    [Fact]
    public void DataAboveTheLength_IsAPhaseError()
    {
        int wrong = 0;
        bench.Target.OnCommand = (command, answer) => IsRead(command) && wrong++ == 0 ? answer with { Data = new byte[answer.Data.Length + 512] } : answer;
        bench.OpenAndCheck();
        Assert.Equal(1, bench.Target.ClassResets);
    }

    [Fact]
    public void LongerTransferThanAsked_IsBabble()
    {
        bench.Device.OnTransfer = async (transfer, honest, _) => transfer.Endpoint == 0x81 && transfer.Length == 36 ? UsbAnswer.Ok(new byte[40]) : await honest();
        Assert.Contains("more bytes than asked for", Assert.Throws<RefusedException>(() => bench.Open()).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void DetachAtCommandN_IsGone()
    {
        bench.Target.OnCommand = (command, answer) => answer with { Detach = command.Number == 6 };
        ScsiReader reader = bench.Open();
        Assert.Equal(Refusal.StickGone, Assert.Throws<RefusedException>(() => reader.Read(0, new byte[512])).Code);
        Assert.Equal(6, bench.Target.Commands.Count);
    }

    [Fact]
    public void ShrinkingCapacity_AnswersByTheCount()
    {
        bench.Unit.Blocks = asked => (StickBench.Size / 512) >> asked;
        Assert.Equal(StickBench.Size / 512, bench.Open().SectorCount);
        Assert.Equal(StickBench.Size / 1024, bench.Open().SectorCount);
    }

    [Fact]
    public void SecondReadLies()
    {
        StickBench lying = new(LyingData.SecondReadFrom(StickBench.Pattern(), StickBench.Pattern(0x55)));
        ScsiReader reader = lying.OpenAndCheck(4096);
        byte[] again = new byte[512];
        reader.Read(4, again);
        Assert.Equal(StickBench.Expected(4 * 512, 512, 0x55), again);
        reader.Read(100, again);
        Assert.Equal(StickBench.Expected(100 * 512, 512), again);
    }

    [Fact]
    public void CommandDelay_IsTaken_ByEveryCommand()
    {
        bench.Target.CommandDelay = TimeSpan.FromMilliseconds(20);
        Stopwatch clock = Stopwatch.StartNew();
        bench.OpenAndCheck(4096);
        Assert.InRange(clock.ElapsedMilliseconds, bench.Target.Commands.Count * 20, 10_000);
    }

    [Fact]
    public void BytesPerSecond_IsKept_InTheMean()
    {
        bench.Target.BytesPerSecond = 4_000_000;
        ScsiReader reader = bench.Open(UsbSpeed.Full);
        Stopwatch clock = Stopwatch.StartNew();
        reader.Read(0, new byte[2_000_384]); // in reads of 64 KiB
        // 0.5 s by the rate; the upper bound only says that it ends, on a busy machine too.
        Assert.InRange(clock.ElapsedMilliseconds, 490, 20_000);
    }

    [Fact]
    public void FullSpeed_IsSlowedDown_UnlessItHasALimit()
    {
        _ = bench.Target.Device(BusSpeed.Full);
        Assert.Equal(StickShapes.FullSpeedBytesPerSecond, bench.Target.BytesPerSecond);
        Assert.Null(new StickBench().Target.BytesPerSecond);
    }
}
