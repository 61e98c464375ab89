using System.Buffers.Binary;

namespace Gatekeeper.Stick.Transport;

/// <summary>Every SCSI command that can be sent to a stick: I03's list. None of them writes, moves or switches anything.</summary>
public enum ScsiOpcode : byte
{
    /// <summary>SPC-4 §6.37.</summary>
    TestUnitReady = 0x00,

    /// <summary>SPC-4 §6.29.</summary>
    RequestSense = 0x03,

    /// <summary>SPC-4 §6.4.</summary>
    Inquiry = 0x12,

    /// <summary>SBC-3 §5.15.</summary>
    ReadCapacity10 = 0x25,

    /// <summary>SBC-3 §5.10.</summary>
    Read10 = 0x28,

    /// <summary>SBC-3 §5.12.</summary>
    Read16 = 0x88,

    /// <summary>SBC-3 §5.16; the opcode is SERVICE ACTION IN (16), of which only this action is ever built.</summary>
    ReadCapacity16 = 0x9e,
}

/// <summary>A command descriptor block. Only the functions here make one, so a command outside <see cref="ScsiOpcode"/> cannot be built (I03).</summary>
public sealed class ScsiCommand
{
    private readonly byte[] _block = new byte[16];

    private ScsiCommand(ScsiOpcode opcode, int length, int dataLength)
    {
        _block[0] = (byte)opcode;
        Length = length;
        DataLength = dataLength;
    }

    /// <summary>The command.</summary>
    public ScsiOpcode Opcode => (ScsiOpcode)_block[0];

    /// <summary>Bytes of the block: 6, 10 or 16.</summary>
    public int Length { get; }

    /// <summary>Bytes of data the stick is asked for; 0 when there is none. Data only ever comes from the stick.</summary>
    public int DataLength { get; }

    /// <summary>TEST UNIT READY.</summary>
    public static ScsiCommand TestUnitReady() => new(ScsiOpcode.TestUnitReady, 6, 0);

    /// <summary>REQUEST SENSE for 18 bytes of fixed-format sense data.</summary>
    public static ScsiCommand RequestSense()
    {
        var command = new ScsiCommand(ScsiOpcode.RequestSense, 6, 18);
        command._block[4] = 18;
        return command;
    }

    /// <summary>INQUIRY for the 36 bytes every device has. The vendor's words in them are not looked at.</summary>
    public static ScsiCommand Inquiry()
    {
        var command = new ScsiCommand(ScsiOpcode.Inquiry, 6, 36);
        command._block[4] = 36;
        return command;
    }

    /// <summary>READ CAPACITY (10).</summary>
    public static ScsiCommand ReadCapacity10() => new(ScsiOpcode.ReadCapacity10, 10, 8);

    /// <summary>READ CAPACITY (16).</summary>
    public static ScsiCommand ReadCapacity16()
    {
        var command = new ScsiCommand(ScsiOpcode.ReadCapacity16, 16, 32);
        command._block[1] = 0x10; // service action
        command._block[13] = 32;
        return command;
    }

    /// <summary>READ (10) where sector and count fit its fields, else READ (16).</summary>
    /// <param name="lba">First sector, 0 or more.</param>
    /// <param name="sectors">Sectors, 1 to 65,535.</param>
    /// <param name="sectorSize">Bytes of a sector.</param>
    public static ScsiCommand Read(long lba, int sectors, int sectorSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(lba);
        ArgumentOutOfRangeException.ThrowIfLessThan(sectors, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(sectors, ushort.MaxValue);
        if (lba + sectors - 1 <= uint.MaxValue)
        {
            var read10 = new ScsiCommand(ScsiOpcode.Read10, 10, checked(sectors * sectorSize));
            BinaryPrimitives.WriteUInt32BigEndian(read10._block.AsSpan(2), (uint)lba);
            BinaryPrimitives.WriteUInt16BigEndian(read10._block.AsSpan(7), (ushort)sectors);
            return read10;
        }

        var read16 = new ScsiCommand(ScsiOpcode.Read16, 16, checked(sectors * sectorSize));
        BinaryPrimitives.WriteInt64BigEndian(read16._block.AsSpan(2), lba);
        BinaryPrimitives.WriteInt32BigEndian(read16._block.AsSpan(10), sectors);
        return read16;
    }

    /// <summary>Writes the block.</summary>
    public void CopyTo(Span<byte> block) => _block.AsSpan(0, Length).CopyTo(block);
}
