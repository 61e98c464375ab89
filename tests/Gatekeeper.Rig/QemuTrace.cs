using System.Globalization;
using System.Text.RegularExpressions;

namespace Gatekeeper.Rig;

/// <summary>One storage command that a stick in QEMU got.</summary>
/// <param name="Time">The host's clock.</param>
/// <param name="Opcode">The first byte of the SCSI command block (SPC-4).</param>
/// <param name="Bytes">Of its data phase; 0 where that is not known.</param>
public sealed record StickCommand(DateTimeOffset Time, byte Opcode, long Bytes = 0);

/// <summary>QEMU's trace of its USB sticks: the events usb_msd_cmd_submit and scsi_req_parsed with times.</summary>
public sealed partial class QemuTrace(string path)
{
    /// <summary>The opcodes of invariant I03: TEST UNIT READY, REQUEST SENSE, INQUIRY, READ CAPACITY 10 and 16, READ 10 and 16.</summary>
    public static IReadOnlySet<byte> Allowed { get; } = new HashSet<byte> { 0x00, 0x03, 0x12, 0x25, 0x9E, 0x28, 0x88 };

    /// <summary>The log file.</summary>
    public string File { get; } = path;

    /// <summary>Every command so far, in order.</summary>
    public IReadOnlyList<StickCommand> Commands()
    {
        if (!System.IO.File.Exists(File))
        {
            return [];
        }
        using FileStream open = new(File, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using StreamReader reader = new(open);
        return Parse(reader.ReadToEnd());
    }

    /// <summary>Reads lines like <c>1234@1764000000.123456:scsi_req_parsed target 0 lun 0 tag 1 command 18 dir 1 length 36</c>; others are left out.</summary>
    /// <exception cref="RigException">usb_msd_cmd_submit and scsi_req_parsed do not come in equal numbers: a command was not seen whole.</exception>
    public static IReadOnlyList<StickCommand> Parse(string log)
    {
        List<StickCommand> commands = [];
        int submitted = 0;
        foreach (string line in log.Split('\n'))
        {
            submitted += line.Contains(":usb_msd_cmd_submit ", StringComparison.Ordinal) ? 1 : 0;
            Match match = ParsedLine().Match(line);
            if (match.Success)
            {
                long seconds = long.Parse(match.Groups["s"].ValueSpan, CultureInfo.InvariantCulture);
                long micros = long.Parse(match.Groups["us"].ValueSpan, CultureInfo.InvariantCulture);
                byte opcode = byte.Parse(match.Groups["op"].ValueSpan, CultureInfo.InvariantCulture);
                commands.Add(new StickCommand(DateTimeOffset.FromUnixTimeSeconds(seconds).AddMicroseconds(micros), opcode, long.Parse(match.Groups["length"].ValueSpan, CultureInfo.InvariantCulture)));
            }
        }
        return submitted <= commands.Count
            ? commands
            : throw new RigException($"the trace has {submitted} submitted but only {commands.Count} parsed commands");
    }

    [GeneratedRegex(@"@(?<s>\d+)\.(?<us>\d{6}):scsi_req_parsed target \d+ lun \d+ tag \S+ command (?<op>\d+) dir \d+ length (?<length>\d+)")]
    private static partial Regex ParsedLine();
}
