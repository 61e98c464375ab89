using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Gatekeeper.Update;

/// <summary>The two clocks of a record. Neither is trusted: uptime orders the records of one boot, the wall clock is a claim.</summary>
public interface IAuditClock
{
    /// <summary>Milliseconds since the kernel started.</summary>
    long UptimeMs { get; }

    /// <summary>Seconds since 1970-01-01 UTC as the machine believes.</summary>
    long WallSeconds { get; }
}

/// <summary>One line of the audit log: 512 bytes in the ring (STATE.md).</summary>
public sealed record AuditEntry
{
    /// <summary>Bytes of a record: one sector, so that one write is one record.</summary>
    public const int Bytes = 512;

    /// <summary>What stands in place of a hash where there is no record it would be of: before a chain's first one.</summary>
    internal static readonly byte[] NoHash = new byte[SHA256.HashSizeInBytes];

    internal const int HashOffset = Bytes - SHA256.HashSizeInBytes;

    /// <summary>The last sequence number there is: a million lines a second for nine years.</summary>
    internal const long MaxSequence = 1L << 48;

    /// <summary>Where counting of starts ends.</summary>
    internal const int MaxBoot = 1 << 30;

    private const int TextOffset = 140;
    private const int MaxEvent = 48;
    private const int MaxCode = 32;
    private const int MaxPort = 32;
    private const int MaxDetail = HashOffset - TextOffset - MaxEvent - MaxCode - MaxPort;
    private static ReadOnlySpan<byte> Magic => "GKL1"u8;

    /// <summary>1 is the first of the log; never reused.</summary>
    public required long Sequence { get; init; }

    /// <summary>The chain it belongs to.</summary>
    public required Guid Chain { get; init; }

    /// <summary>Starts of the machine that this log has seen.</summary>
    public required int Boot { get; init; }

    /// <summary>The kernel's boot id.</summary>
    public required Guid BootId { get; init; }

    /// <summary>Milliseconds since the kernel started.</summary>
    public required long UptimeMs { get; init; }

    /// <summary>The machine's clock, a claim.</summary>
    public required long WallSeconds { get; init; }

    /// <summary>What happened: a fixed word.</summary>
    public required string Event { get; init; }

    /// <summary>Name of the refusal code, or empty.</summary>
    public required string Code { get; init; }

    /// <summary>The port as the kernel names it, or empty.</summary>
    public required string Port { get; init; }

    /// <summary>Fixed words and numbers.</summary>
    public required string Detail { get; init; }

    /// <summary>Above 0: this line stands for so many further refusals like it, which were counted instead of written.</summary>
    public required int Repeats { get; init; }

    /// <summary>SHA-256 of the record before; zeros at the start of a chain.</summary>
    public required byte[] Previous { get; init; }

    /// <summary>SHA-256 of the record whose place this one took: where the oldest one left continues; zeros before the first wrap.</summary>
    public required byte[] Replaced { get; init; }

    /// <summary>SHA-256 of this record; filled by <see cref="Encode"/> and <see cref="Decode"/>.</summary>
    public byte[] Hash { get; private set; } = [];

    // 0 magic, 4 repeats, 8 sequence, 16 chain, 32 boot id, 48 boot, 52 zero, 56 uptime, 64 wall clock, 72 previous, 104 replaced,
    // 136 lengths of event, code, port and detail, 140 their text, 480 SHA-256 of bytes 0 to 479.
    internal byte[] Encode()
    {
        byte[] record = new byte[Bytes];
        Span<byte> r = record;
        Magic.CopyTo(r);
        BinaryPrimitives.WriteInt32LittleEndian(r[4..], Repeats);
        BinaryPrimitives.WriteInt64LittleEndian(r[8..], Sequence);
        Chain.TryWriteBytes(r[16..]);
        BootId.TryWriteBytes(r[32..]);
        BinaryPrimitives.WriteInt32LittleEndian(r[48..], Boot);
        BinaryPrimitives.WriteInt64LittleEndian(r[56..], UptimeMs);
        BinaryPrimitives.WriteInt64LittleEndian(r[64..], WallSeconds);
        Previous.CopyTo(r[72..]);
        Replaced.CopyTo(r[104..]);
        int at = TextOffset;
        (string Text, int Most)[] texts = [(Event, MaxEvent), (Code, MaxCode), (Port, MaxPort), (Detail, MaxDetail)];
        for (int i = 0; i < texts.Length; i++)
        {
            byte[] text = Printable(texts[i].Text, texts[i].Most);
            record[136 + i] = (byte)text.Length;
            text.CopyTo(record, at);
            at += text.Length;
        }

        Hash = SHA256.HashData(r[..HashOffset]);
        Hash.CopyTo(record, HashOffset);
        return record;
    }

    /// <summary>Reads a record, or answers null when it is not whole.</summary>
    internal static AuditEntry? Decode(ReadOnlySpan<byte> r)
    {
        if (!r[..4].SequenceEqual(Magic) || !SHA256.HashData(r[..HashOffset]).AsSpan().SequenceEqual(r[HashOffset..Bytes])
            || r[136] + r[137] + r[138] + r[139] > HashOffset - TextOffset)
        {
            return null;
        }

        string[] texts = new string[4];
        int at = TextOffset;
        for (int i = 0; i < texts.Length; i++)
        {
            texts[i] = Encoding.ASCII.GetString(r.Slice(at, r[136 + i]));
            at += r[136 + i];
        }

        // Numbers that no log reaches in a device's life. The hash proves nothing against whoever writes the disk, and the next record counts on from these.
        long sequence = BinaryPrimitives.ReadInt64LittleEndian(r[8..]);
        int boot = BinaryPrimitives.ReadInt32LittleEndian(r[48..]);
        if (sequence is < 1 or > MaxSequence || boot is < 1 or > MaxBoot)
        {
            return null;
        }

        return new AuditEntry
        {
            Sequence = sequence,
            Chain = new Guid(r[16..32]),
            BootId = new Guid(r[32..48]),
            Boot = boot,
            UptimeMs = BinaryPrimitives.ReadInt64LittleEndian(r[56..]),
            WallSeconds = BinaryPrimitives.ReadInt64LittleEndian(r[64..]),
            Event = texts[0],
            Code = texts[1],
            Port = texts[2],
            Detail = texts[3],
            Repeats = BinaryPrimitives.ReadInt32LittleEndian(r[4..]),
            Previous = r[72..104].ToArray(),
            Replaced = r[104..136].ToArray(),
            Hash = r[HashOffset..Bytes].ToArray(),
        };
    }

    // A terminal that shows the log must not be steered by it.
    private static byte[] Printable(string text, int most)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(text.Length <= most ? text : string.Concat(text.AsSpan(0, most - 3), "..."));
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = bytes[i] is >= 0x20 and < 0x7F ? bytes[i] : (byte)'?';
        }

        return bytes;
    }
}
