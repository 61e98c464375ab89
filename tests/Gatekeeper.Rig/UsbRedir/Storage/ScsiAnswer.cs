namespace Gatekeeper.Rig.UsbRedir;

/// <summary>Why a command failed (SPC-4 §4.5.3).</summary>
/// <param name="Key">Sense key.</param>
/// <param name="Code">Additional sense code.</param>
/// <param name="Qualifier">Additional sense code qualifier.</param>
public readonly record struct Sense(byte Key, byte Code, byte Qualifier)
{
    /// <summary>Nothing to report.</summary>
    public static Sense None => default;

    /// <summary>2/04/01, becoming ready.</summary>
    public static Sense BecomingReady => new(2, 0x04, 0x01);

    /// <summary>2/3A/00, no medium.</summary>
    public static Sense NoMedium => new(2, 0x3A, 0x00);

    /// <summary>3/11/00, unrecovered read error.</summary>
    public static Sense ReadError => new(3, 0x11, 0x00);

    /// <summary>5/20/00, not a command of this device.</summary>
    public static Sense InvalidCommand => new(5, 0x20, 0x00);

    /// <summary>5/21/00, block beyond the end.</summary>
    public static Sense OutOfRange => new(5, 0x21, 0x00);

    /// <summary>5/24/00, a field of the command makes no sense.</summary>
    public static Sense InvalidField => new(5, 0x24, 0x00);

    /// <summary>5/25/00, no such logical unit.</summary>
    public static Sense NoSuchLun => new(5, 0x25, 0x00);

    /// <summary>6/28/00, the medium may have been changed.</summary>
    public static Sense MediumChanged => new(6, 0x28, 0x00);

    /// <summary>6/29/00, powered on or reset.</summary>
    public static Sense PowerOn => new(6, 0x29, 0x00);

    /// <summary>7/27/00, write protected.</summary>
    public static Sense WriteProtected => new(7, 0x27, 0x00);

    /// <summary>18 bytes of fixed-format sense data, current.</summary>
    public byte[] ToBytes() => [0x70, 0, Key, 0, 0, 0, 0, 10, 0, 0, 0, 0, Code, Qualifier, 0, 0, 0, 0];
}

/// <summary>
/// What a stick says to one command, from its data to its status wrapper. A misbehaving stick is an honest answer with a field changed:
/// <c>target.OnCommand = (command, answer) =&gt; command.Opcode == 0x28 ? answer with { Tag = 0 } : answer</c>.
/// </summary>
public sealed record ScsiAnswer
{
    /// <summary>The data; what is above the host's length stays unsent, and the status becomes a phase error (BOT 1.0 §6.7.2 case 7).</summary>
    public ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>Why it failed; <see cref="Sense.None"/> when it passed. Kept for REQUEST SENSE.</summary>
    public Sense Sense { get; init; }

    /// <summary>dCSWSignature; null is the right one, "USBS".</summary>
    public uint? Signature { get; init; }

    /// <summary>dCSWTag; null is the command's.</summary>
    public uint? Tag { get; init; }

    /// <summary>dCSWDataResidue; null is what was expected less what was sent.</summary>
    public uint? Residue { get; init; }

    /// <summary>bCSWStatus; null is 1 when there is a reason, else 0.</summary>
    public byte? Status { get; init; }

    /// <summary>The whole status wrapper, of any length, instead of the four fields; empty sends none, and the host waits.</summary>
    public byte[]? Wrapper { get; init; }

    /// <summary>Stall behind the data; null does so when the data is less than expected (BOT 1.0 §6.7.2 case 4 and 5).</summary>
    public bool? StallAfterData { get; init; }

    /// <summary>Stall once before the status wrapper.</summary>
    public bool StallBeforeStatus { get; init; }

    /// <summary>A packet without bytes before the status wrapper, as some sticks send.</summary>
    public bool EmptyPacketBeforeStatus { get; init; }

    /// <summary>No data and no status until the host resets.</summary>
    public bool Hang { get; init; }

    /// <summary>The stick is pulled out instead of an answer.</summary>
    public bool Detach { get; init; }

    /// <summary>Time before the data, or the status when there is none.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>A failed command.</summary>
    public static ScsiAnswer Failed(Sense why) => new() { Sense = why };
}
