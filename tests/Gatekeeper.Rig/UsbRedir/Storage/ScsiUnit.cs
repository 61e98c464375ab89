using System.Buffers.Binary;
using System.Text;

namespace Gatekeeper.Rig.UsbRedir;

/// <summary>How a stick fails a transfer that is too large for it.</summary>
public enum TransferFailure
{
    /// <summary>A stall instead of the data, then sense 3/11/00.</summary>
    Stall,

    /// <summary>All data is sent, then status 1 and sense 3/11/00.</summary>
    StatusAfterData,

    /// <summary>Nothing comes until the host resets.</summary>
    Hang,
}

/// <summary>
/// One logical unit: a block device that can be read (SPC-4, SBC-3), honest unless a property says otherwise. It knows TEST UNIT READY,
/// REQUEST SENSE, INQUIRY, READ CAPACITY (10) and (16), READ (10) and (16), and refuses everything else.
/// </summary>
/// <param name="data">Its bytes.</param>
/// <param name="time">The clock of <see cref="NotReadyFor"/>.</param>
public sealed partial class ScsiUnit(IStickData data, TimeProvider? time = null)
{
    private const byte NotConnected = 0x7F;
    private readonly TimeProvider clock = time ?? TimeProvider.System;
    private long? firstCommand;
    private int capacityReads;
    private Sense pending;

    /// <summary>Bytes of a block: 512 or 4096 on real sticks.</summary>
    public int BlockSize { get; set; } = 512;

    /// <summary>Peripheral device type: 0 a disk, 5 an optical drive (SPC-4 table 144).</summary>
    public byte DeviceType { get; set; }

    /// <summary>Blocks it claims to have, by the number of READ CAPACITY commands before; null is what the data has.</summary>
    public Func<int, long>? Blocks { get; set; }

    /// <summary>Not ready (2/04/01) for this long after the first command; INQUIRY and REQUEST SENSE are answered all the same.</summary>
    public TimeSpan NotReadyFor { get; set; }

    /// <summary>So many commands, INQUIRY and REQUEST SENSE apart, are answered by 6/29/00. An honest stick has one after it was plugged; set it again before a second plug.</summary>
    public int UnitAttentions { get; set; } = 1;

    /// <summary>False is a card reader without a card (2/3A/00).</summary>
    public bool HasMedium { get; set; } = true;

    /// <summary>Bytes of the largest READ that works; null has no limit.</summary>
    public int? LargestRead { get; set; }

    /// <summary>What happens above <see cref="LargestRead"/>.</summary>
    public TransferFailure AboveLargestRead { get; set; }

    /// <summary>The answer to one command. Called for one command at a time.</summary>
    public ScsiAnswer Execute(SeenCommand command)
    {
        firstCommand ??= clock.GetTimestamp();
        return command.Opcode switch
        {
            0x12 => Inquiry(command.Block),
            0x03 => RequestSense(command.Block),
            _ when UnitAttentions > 0 => Attention(),
            _ => NotReady() is { } reason ? ScsiAnswer.Failed(reason) : Ready(command),
        };
    }

    /// <summary>Keeps the reason for the next REQUEST SENSE; every other command that passes forgets it (SPC-4 §6.29).</summary>
    public void Remember(Sense reason) => pending = reason;

    private ScsiAnswer Ready(SeenCommand command) => command.Opcode switch
    {
        0x00 => new ScsiAnswer(),
        0x25 when command.Block.Length >= 10 => Capacity10(),
        0x9E when command.Block.Length >= 16 && (command.Block[1] & 0x1F) == 0x10 => Capacity16(command.Block),
        0x28 when command.Block.Length >= 10 => Read(
            BinaryPrimitives.ReadUInt32BigEndian(command.Block.AsSpan(2)), BinaryPrimitives.ReadUInt16BigEndian(command.Block.AsSpan(7))),
        0x88 when command.Block.Length >= 16 => Read(
            BinaryPrimitives.ReadUInt64BigEndian(command.Block.AsSpan(2)), BinaryPrimitives.ReadUInt32BigEndian(command.Block.AsSpan(10))),
        0x0A or 0x2A or 0xAA or 0x8A => ScsiAnswer.Failed(Sense.WriteProtected), // WRITE 6, 10, 12, 16
        _ => ScsiAnswer.Failed(Sense.InvalidCommand),
    };

    private ScsiAnswer Attention()
    {
        UnitAttentions--;
        return ScsiAnswer.Failed(Sense.PowerOn);
    }

    private Sense? NotReady()
        => clock.GetElapsedTime(firstCommand!.Value) < NotReadyFor ? Sense.BecomingReady : HasMedium ? null : Sense.NoMedium;

    // SPC-4 §6.4.2, 36 bytes: removable, SPC-4, fixed words.
    private ScsiAnswer Inquiry(byte[] block)
    {
        if (block.Length < 6 || (block[1] & 1) != 0)
        {
            return ScsiAnswer.Failed(Sense.InvalidField); // vital product data: none
        }
        byte[] answer = new byte[36];
        (answer[0], answer[1], answer[2], answer[3], answer[4]) = (DeviceType, 0x80, 6, 2, 31);
        Encoding.ASCII.GetBytes("Rig     Stick           1.00").CopyTo(answer, 8);
        return Up(answer, BinaryPrimitives.ReadUInt16BigEndian(block.AsSpan(3)));
    }

    private ScsiAnswer RequestSense(byte[] block)
    {
        byte[] answer = pending.ToBytes();
        pending = Sense.None;
        return Up(answer, block.Length > 4 ? block[4] : 0u);
    }

    /// <summary>INQUIRY of a unit that is not there: qualifier 3, type 1Fh (SPC-4 §6.4.2).</summary>
    internal static ScsiAnswer Absent(SeenCommand command)
        => command.Opcode == 0x12 ? new ScsiAnswer { Data = new byte[] { NotConnected, 0, 6, 2, 31 }.Concat(new byte[31]).ToArray() } : ScsiAnswer.Failed(Sense.NoSuchLun);

    private static ScsiAnswer Up(byte[] answer, uint allocation) => new() { Data = answer.AsMemory(0, (int)Math.Min(allocation, (uint)answer.Length)) };
}
