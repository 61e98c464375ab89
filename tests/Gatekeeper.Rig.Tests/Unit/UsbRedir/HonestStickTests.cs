using Gatekeeper.PortGate;
using Gatekeeper.Release;
using Gatekeeper.Rig.UsbRedir;
using Gatekeeper.Stick.Transport;

namespace Gatekeeper.Rig.Tests.Unit.UsbRedir;

/// <summary>The emulated stick as it should be, read by the product's own transport and reader.</summary>
public sealed class HonestStickTests
{
    [Fact]
    public void ItsBytesAreRead_WithAllowedCommandsOnly_EachNoted()
    {
        StickBench bench = new();
        DateTimeOffset before = DateTimeOffset.UtcNow;
        ScsiReader reader = bench.OpenAndCheck(3 << 20);
        Assert.Equal((512, StickBench.Size / 512), (reader.SectorSize, reader.SectorCount));
        // INQUIRY; TEST UNIT READY with the unit attention of power-on; sense; ready; capacity; three reads of 1 MiB.
        Assert.Equal([0x12, 0x00, 0x03, 0x00, 0x25, 0x28, 0x28, 0x28], bench.Opcodes);
        Assert.All(bench.Opcodes, opcode => Assert.Contains(opcode, QemuTrace.Allowed));
        Assert.All(bench.Target.Commands, c => Assert.InRange(c.Time, before, DateTimeOffset.UtcNow));
        Assert.Equal(Enumerable.Range(1, 8), bench.Target.Commands.Select(c => c.Number));
        Assert.Equal([0x28, 0, 0, 0, 0, 3, 0, 8, 0, 0], bench.Target.Commands[5].Block);
        Assert.Equal((1u << 20, true), (bench.Target.Commands[5].DataLength, bench.Target.Commands[5].FromStick));
    }

    [Fact]
    public void Sectors4096_AreReported_AndRead()
    {
        StickBench bench = new();
        bench.Unit.BlockSize = 4096;
        ScsiReader reader = bench.Open();
        byte[] read = new byte[8192];
        reader.Read(5, read);
        Assert.Equal((4096, StickBench.Size / 4096), (reader.SectorSize, reader.SectorCount));
        Assert.Equal(StickBench.Expected(5 * 4096, 8192), read);
    }

    [Fact]
    public void Above2TiB_Uses16ByteCommands()
    {
        SparseData huge = new((1L << 41) + (1 << 20));
        huge.Write(huge.Length - 4, [1, 2, 3, 4]);
        StickBench bench = new(huge);
        ScsiReader reader = bench.Open();
        byte[] read = new byte[512];
        reader.Read(reader.SectorCount - 1, read);
        Assert.Equal(huge.Length / 512, reader.SectorCount);
        Assert.Equal([1, 2, 3, 4], read[^4..]);
        Assert.Equal([0x25, 0x9E, 0x88], bench.Opcodes.TakeLast(3));
    }

    [Fact]
    public void SeveralUnits_AreTold_AndEachAnswersForItself()
    {
        ManualTime time = new();
        BulkOnlyTarget target = new(new ScsiUnit(new SparseData(1 << 20), time), new ScsiUnit(new SparseData(2 << 20), time) { UnitAttentions = 0 });
        DevicePipe pipe = new(target.Device(), time);
        pipe.Control(0x00, ControlRequest.SetConfiguration, 0, 0, out _, value: 1);
        Assert.Equal(BulkStatus.Ok, pipe.GetMaxLun(out byte max));
        Assert.Equal(1, max);
        Assert.Equal((8, 4095u), Capacity(pipe, lun: 1));
        Assert.Equal((0, 0u), Capacity(pipe, lun: 2)); // not there
        Assert.Equal([1, 2], target.Commands.Select(c => (int)c.Lun));
    }

    [Fact]
    public void MaxLun_CanStall()
    {
        StickBench bench = new();
        bench.Target.MaxLun = null;
        Assert.Equal(BulkStatus.Stall, bench.Pipe.GetMaxLun(out _));
        bench.OpenAndCheck();
    }

    [Fact]
    public void AWrite_IsTaken_ThrownAway_Refused_AndNoted()
    {
        StickBench bench = new();
        bench.Unit.UnitAttentions = 0;
        bench.Pipe.Send(Wrapper(0, [0x2A, 0, 0, 0, 0, 0, 0, 0, 1, 0], 512, fromStick: false), 1000);
        Assert.Equal(512, bench.Pipe.Send(new byte[512], 1000).Length);
        byte[] status = new byte[13];
        bench.Pipe.Receive(status, 1000);
        Assert.Equal(1, status[12]);
        Assert.Single(bench.Target.Violations);
        Assert.Equal(0x2A, Assert.Single(bench.Opcodes));
        bench.CheckAfterwards();
    }

    [Fact]
    public void AnInvalidWrapper_StallsBothPipes_UntilResetRecovery()
    {
        StickBench bench = new();
        Assert.Equal(BulkStatus.Stall, bench.Pipe.Send(new byte[31], 1000).Status);
        bench.Pipe.ClearHaltOut();
        Assert.Equal(BulkStatus.Stall, bench.Pipe.Send(Wrapper(0, new byte[6], 0, true), 1000).Status);
        Assert.Equal(BulkStatus.Stall, bench.Pipe.Receive(new byte[13], 1000).Status);
        bench.Pipe.MassStorageReset();
        bench.Pipe.ClearHaltIn();
        bench.Pipe.ClearHaltOut();
        Assert.Equal(1, bench.Target.ClassResets);
        bench.CheckAfterwards();
    }

    [Fact]
    public void BeyondTheEnd_Fails()
    {
        StickBench bench = new();
        bench.Unit.Blocks = _ => (StickBench.Size / 512) + 1000; // claims more than it has
        ScsiReader reader = bench.Open();
        RefusedException refused = Assert.Throws<RefusedException>(() => reader.Read(StickBench.Size / 512, new byte[512]));
        Assert.Contains("5/21/00", refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_OnlyBulkOnlyAnswers()
    {
        ManualTime time = new();
        BulkOnlyTarget target = new(StickBench.Pattern(), time);
        UsbDevice device = target.Device(settings: StickInterface.UasFirst);
        DevicePipe pipe = new(device, time);
        pipe.Control(0x00, ControlRequest.SetConfiguration, 0, 0, out _, value: 1);
        Assert.Equal(BulkStatus.Stall, pipe.Send(Wrapper(0, new byte[6], 0, true), 1000).Status);
        Assert.Equal(BulkStatus.Ok, pipe.Control(0x01, ControlRequest.SetInterface, 0, 0, out _, value: 1));
        ScsiReader reader = ScsiReader.Open(new BulkOnlyTransport(pipe, time), time, UsbSpeed.Super);
        byte[] read = new byte[512];
        reader.Read(1, read);
        Assert.Equal(StickBench.Expected(512, 512), read);
        Assert.Equal(BulkStatus.Stall, pipe.Control(0x01, ControlRequest.SetInterface, 0, 0, out _, value: 2));
    }

    private static (int Bytes, uint Last) Capacity(DevicePipe pipe, byte lun)
    {
        byte[] answer = new byte[8];
        pipe.Send(Wrapper(lun, [0x25, 0, 0, 0, 0, 0, 0, 0, 0, 0], 8, true), 1000);
        BulkResult data = pipe.Receive(answer, 1000);
        if (data.Status == BulkStatus.Stall)
        {
            pipe.ClearHaltIn();
        }
        pipe.Receive(new byte[13], 1000);
        return (data.Length, System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(answer));
    }

    private static byte[] Wrapper(byte lun, byte[] block, int length, bool fromStick)
    {
        byte[] wrapper = new byte[31];
        "USBC"u8.CopyTo(wrapper);
        System.Buffers.Binary.BinaryPrimitives.WriteInt32LittleEndian(wrapper.AsSpan(8), length);
        (wrapper[12], wrapper[13], wrapper[14]) = (fromStick ? (byte)0x80 : (byte)0, lun, (byte)block.Length);
        block.CopyTo(wrapper, 15);
        return wrapper;
    }
}
