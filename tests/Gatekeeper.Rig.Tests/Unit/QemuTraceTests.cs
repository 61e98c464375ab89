namespace Gatekeeper.Rig.Tests.Unit;

public sealed class QemuTraceTests
{
    [Fact]
    public void OpcodesComeOutInOrder_WithTimes()
    {
        IReadOnlyList<StickCommand> commands = QemuTrace.Parse("""
            qemu-system-x86_64: a warning that is no event
            77@1764000000.000001:usb_msd_cmd_submit lun 0, tag 0x1, flags 0x00000080, len 6, data_len 36
            77@1764000000.000002:scsi_req_parsed target 0 lun 0 tag 1 command 18 dir 1 length 36
            77@1764000000.500000:usb_msd_cmd_submit lun 0, tag 0x2, flags 0x00000080, len 10, data_len 8
            77@1764000000.500009:scsi_req_parsed target 0 lun 0 tag 2 command 37 dir 1 length 8
            """);
        Assert.Equal([0x12, 0x25], commands.Select(c => c.Opcode));
        Assert.Equal([36L, 8L], commands.Select(c => c.Bytes));
        Assert.Equal(1764000000500, commands[1].Time.ToUnixTimeMilliseconds());
        Assert.All(commands, c => Assert.Contains(c.Opcode, QemuTrace.Allowed));
    }

    [Fact]
    public void ACommandThatWasNotSeenWholeFails()
        => Assert.Throws<RigException>(() => QemuTrace.Parse("1@1.000000:usb_msd_cmd_submit lun 0, tag 0x1, flags 0x0, len 6, data_len 0\n"));

    [Theory]
    [InlineData(0x0A)] // WRITE 6
    [InlineData(0x2A)] // WRITE 10
    [InlineData(0x8A)] // WRITE 16
    [InlineData(0x1A)] // MODE SENSE 6
    [InlineData(0x1B)] // START STOP UNIT
    [InlineData(0x1E)] // PREVENT ALLOW MEDIUM REMOVAL
    public void I03_NoWritingOrSteeringOpcodeIsOnTheList(byte opcode)
        => Assert.DoesNotContain(opcode, QemuTrace.Allowed);
}
