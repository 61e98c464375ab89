using System.Buffers.Binary;
using System.Text;
using Gatekeeper.Release;

namespace Gatekeeper.Vectors;

public static partial class VectorSet
{
    private const string Timestamp = GkuNames.Timestamp;
    private const string SystemPayload = "payload/system";

    private static IEnumerable<(Vector, Func<byte[]>)> Archive() =>
    [
        (new Vector("archive_empty", "R-05", Refusal.FileMalformed, "no bytes at all"), () => []),
        (new Vector("archive_other_file", "R-02", Refusal.FileMalformed, "a Windows program by its first bytes"), () => [.. "MZ"u8, .. Forge.Pattern(1022, 9)]),
        (new Vector("archive_only_end", "R-06", Refusal.FileMalformed, "two blocks of zeros"), () => new byte[1024]),
        Make("archive_header_mode", "R-02", Refusal.FileMalformed, "another mode, checksum right", f => Header(f, Timestamp, h => "0000755"u8.CopyTo(h.AsSpan(100)))),
        Make("archive_header_mtime", "R-02", Refusal.FileMalformed, "a time, checksum right", f => Header(f, Timestamp, h => "14712345670"u8.CopyTo(h.AsSpan(136)))),
        Make("archive_header_owner", "R-02", Refusal.FileMalformed, "an owner's name, checksum right", f => Header(f, Timestamp, h => "root"u8.CopyTo(h.AsSpan(265)))),
        Make("archive_header_type", "R-02", Refusal.FileMalformed, "a directory by its type", f => Header(f, Timestamp, h => h[156] = (byte)'5')),
        Make("archive_header_link", "R-02", Refusal.FileMalformed, "a link's name", f => Header(f, Timestamp, h => "x"u8.CopyTo(h.AsSpan(157)))),
        Make("archive_header_gnu_magic", "R-02", Refusal.FileMalformed, "GNU's magic instead of POSIX's", f => Header(f, Timestamp, h => "ustar  \0"u8.CopyTo(h.AsSpan(257)))),
        Make("archive_header_prefix", "R-02", Refusal.FileMalformed, "the name in two fields", f => Header(f, Timestamp, h =>
        {
            h.AsSpan(0, 100).Clear();
            "timestamp.json"u8.CopyTo(h);
            "metadata"u8.CopyTo(h.AsSpan(345));
        })),
        Make("archive_header_last_bytes", "R-02", Refusal.FileMalformed, "a byte in the unused end of the block", f => Header(f, Timestamp, h => h[511] = 1)),
        Make("archive_header_size_in_base_256", "R-02", Refusal.FileMalformed, "a small size in the form for large ones", f => Header(f, Timestamp, h =>
        {
            int size = Convert.ToInt32(Encoding.ASCII.GetString(h, 124, 11), 8);
            h.AsSpan(124, 12).Clear();
            h[124] = 0x80;
            BinaryPrimitives.WriteInt32BigEndian(h.AsSpan(132), size);
        })),
        Make("archive_header_size_huge", "R-02", Refusal.FileMalformed, "a size of 2^62 in base 256", f => Header(f, Timestamp, h =>
        {
            h.AsSpan(124, 12).Clear();
            h[124] = 0x80;
            h[128] = 0x40;
        })),
        Make("archive_header_checksum", "R-02", Refusal.FileMalformed, "a checksum that is one off", f => Raw(f, Timestamp, h => h[153] ^= 1)),
        Make("archive_header_payload", "R-02", Refusal.FileDamaged, "another mode at a payload, checksum right", f => Header(f, SystemPayload, h => "0000755"u8.CopyTo(h.AsSpan(100)))),
        Make("archive_name_absolute", "R-02", Refusal.FileMalformed, "a name from the root of a file system", f => Rename(f, Timestamp, "/" + Timestamp)),
        Make("archive_name_dots", "R-06", Refusal.FileMalformed, "a name with a way up", f => Rename(f, Timestamp, "metadata/../" + Timestamp)),
        Make("archive_padding_metadata", "R-03", Refusal.FileMalformed, "a byte in the padding of the timestamp", f => AfterEntry(f, Timestamp)),
        Make("archive_padding_payload", "R-03", Refusal.FileDamaged, "a byte in the padding of a payload", f => AfterEntry(f, SystemPayload)),
        Make("archive_end_one_block", "R-04", Refusal.FileDamaged, "only one block of zeros at the end", f => f.File = b => b[..^512]),
        Make("archive_end_three_blocks", "R-04", Refusal.FileDamaged, "a third block of zeros", f => f.File = b => [.. b, .. new byte[512]]),
        Make("archive_end_trailing_byte", "R-04", Refusal.FileDamaged, "one byte behind the end", f => f.File = b => [.. b, 0]),
        Make("archive_end_not_zero", "R-04", Refusal.FileDamaged, "a byte in the last block", f => f.File = b => [.. b[..^1], 1]),
        Make("archive_roots_trailing_byte", "R-04", Refusal.FileMalformed, "a roots file with a byte behind the end", f =>
        {
            f.Entries = e => e.RemoveRange(1, e.Count - 1);
            f.File = b => [.. b, 0];
        }),
        Make("archive_cut_in_metadata", "R-05", Refusal.FileMalformed, "ends inside the targets", f => f.File = b => b[..(Find(b, "metadata/1.targets.json") + 700)]),
        Make("archive_cut_in_chunk_table", "R-05", Refusal.FileDamaged, "ends inside a chunk table", f => f.File = b => b[..(Find(b, SystemPayload) - 1300)]),
        Make("archive_cut_in_payload", "R-05", Refusal.FileDamaged, "ends inside the last payload", f => f.File = b => b[..(Find(b, SystemPayload) + 600)]),
        Make(new Vector("archive_cut_after_root", "R-48", Refusal.FileMalformed, "ends behind a good root 2, which is kept") { RootAfter = 2 }, f =>
        {
            f.AddRoot("root-1", "root-2");
            f.File = b => b[..Find(b, Timestamp)];
        }),
        Make("archive_no_roots", "R-08", Refusal.FileMalformed, "begins with the timestamp", f => f.Entries = e => e.RemoveAt(0)),
        Make("archive_root_gap", "R-08", Refusal.FileMalformed, "root 1, then root 3", f =>
        {
            f.AddRoot("root-1", "root-2").File.Version = 3;
            f.Entries = e => e[1] = e[1] with { Name = GkuNames.Root(3) };
        }),
        Make("archive_root_from_2", "R-08", Refusal.FileMalformed, "begins with root 2", f => f.Entries = e => e[0] = e[0] with { Name = GkuNames.Root(2) }),
        Make("archive_no_snapshot", "R-06", Refusal.FileMalformed, "no snapshot", f => f.Entries = e => e.RemoveAt(2)),
        Make("archive_order", "R-06", Refusal.FileMalformed, "targets before snapshot", f => f.Entries = e => (e[2], e[3]) = (e[3], e[2])),
        Make("archive_timestamp_twice", "R-06", Refusal.FileMalformed, "the timestamp twice", f => f.Entries = e => e.Insert(2, e[1])),
        Make("archive_entry_more", "R-54", Refusal.FileDamaged, "one entry more, before the payloads", f => f.Entries = e => e.Insert(e.Count - 2, new ForgeEntry("targets/extra", [1, 2, 3]))),
        Make("archive_entry_less", "R-54", Refusal.FileDamaged, "the last payload is missing", f => f.Entries = e => e.RemoveAt(e.Count - 1)),
        Make("archive_payloads_swapped", "R-54", Refusal.FileDamaged, "the payloads in the other order", f => f.Entries = e => (e[^2], e[^1]) = (e[^1], e[^2])),
        Make("archive_root_too_long", "R-07", Refusal.FileMalformed, "root 2 longer than its limit", f => f.Entries = e => e.Insert(1, new ForgeEntry(GkuNames.Root(2), new byte[Limits.MaxRootBytes + 1]))),
    ];

    /// <summary>Changes an entry's header and makes its checksum right again.</summary>
    private static void Header(Forge forge, string name, Action<byte[]> change) => Raw(forge, name, header =>
    {
        change(header);
        header.AsSpan(148, 8).Fill((byte)' ');
        Encoding.ASCII.GetBytes(Convert.ToString(header.Sum(b => b), 8).PadLeft(6, '0') + "\0 ").CopyTo(header, 148);
    });

    private static void Raw(Forge forge, string name, Action<byte[]> change) => forge.Entries = entries =>
    {
        int at = entries.FindIndex(e => e.Name == name);
        byte[] header = UstarHeader.Write(name, entries[at].Content.Length);
        change(header);
        entries[at] = entries[at] with { Header = header };
    };

    private static void Rename(Forge forge, string name, string other) => forge.Entries = entries =>
    {
        int at = entries.FindIndex(e => e.Name == name);
        entries[at] = entries[at] with { Name = other };
    };

    /// <summary>Sets the byte behind an entry's last one.</summary>
    private static void AfterEntry(Forge forge, string name) => forge.File = file =>
    {
        int header = Find(file, name);
        int size = Convert.ToInt32(Encoding.ASCII.GetString(file, header + 124, 11), 8);
        file[header + 512 + size] = 1;
        return file;
    };

    /// <summary>Where the header block of an entry begins.</summary>
    public static int Find(byte[] file, string name)
    {
        byte[] field = new byte[100];
        Encoding.ASCII.GetBytes(name, field);
        for (int block = 0; block < file.Length; block += 512)
        {
            if (file.AsSpan(block).StartsWith(field))
            {
                return block;
            }
        }

        throw new InvalidOperationException($"no entry {name}");
    }
}
