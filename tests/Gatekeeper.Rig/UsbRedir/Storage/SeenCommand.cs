namespace Gatekeeper.Rig.UsbRedir;

/// <summary>One command block wrapper as it came (BOT 1.0 §5.1).</summary>
/// <param name="Number">From 1, in this stick.</param>
/// <param name="Time">The host's clock.</param>
/// <param name="Lun">bCBWLUN.</param>
/// <param name="Block">The command descriptor block, as long as bCBWCBLength says: 1 to 16 bytes.</param>
/// <param name="DataLength">dCBWDataTransferLength: bytes the host expects.</param>
/// <param name="FromStick">Whether data goes to the host.</param>
public sealed record SeenCommand(int Number, DateTimeOffset Time, byte Lun, byte[] Block, uint DataLength, bool FromStick)
{
    /// <summary>The first byte: the operation.</summary>
    public byte Opcode => Block[0];

    /// <inheritdoc/>
    public override string ToString() => $"{Number}: {Convert.ToHexStringLower(Block)} for {DataLength} bytes {(FromStick ? "in" : "out")} at {Time:O}";
}
