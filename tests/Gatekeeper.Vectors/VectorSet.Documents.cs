using System.Buffers.Binary;
using System.Security.Cryptography;
using Gatekeeper.Release;

namespace Gatekeeper.Vectors;

public static partial class VectorSet
{
    private const Refusal BadDocument = Refusal.ReleaseMalformed;

    private static IEnumerable<(Vector, Func<byte[]>)> Documents() =>
    [
        Make("release_other_product", "R-55", Refusal.OtherProduct, "a release for another product", f => f.Product = "XR9"),
        Make(new Vector("release_other_hardware", "R-55", Refusal.OtherHardware, "a release that does not name this hardware") { Device = NewDevice() with { HardwareId = "PM200-A" } }, _ => { }),
        Make(new Vector("release_installed_already", "R-55", Refusal.InstalledAlready, "the release that runs, by its digest") { Device = NewDevice() with { Running = new ReleaseVersion(2, 0, 0), RunningDigest = DigestOfGood() } }, _ => { }),
        Make(new Vector("release_installed_in_production", "R-55", Refusal.InstalledAlready, "the version that runs, its digest not known") { Device = NewDevice() with { Running = new ReleaseVersion(2, 0, 0) } }, _ => { }),
        Make(new Vector("release_same_version_other_digest", "R-55", null, "the version that runs, made anew") { Device = NewDevice() with { Running = new ReleaseVersion(2, 0, 0), RunningDigest = new string('0', 64) } }, _ => { }),
        Make(new Vector("release_too_old", "R-55", Refusal.TooOld, "below the floor") { Trust = (1, 1, 1, new ReleaseVersion(2, 0, 1)), Device = NewDevice() with { Running = new ReleaseVersion(2, 0, 1) } }, _ => { }),
        Make(new Vector("release_too_far", "R-55", Refusal.TooFar, "replaces 1.0.0 and newer, 0.9.0 runs") { Device = NewDevice() with { Running = new ReleaseVersion(0, 9, 0) } }, _ => { }),
        Make("release_changed", "R-50", Refusal.FileDamaged, "the document changed after signing", f => f.DocumentAfterSigning = t => t.Swap("stable", "stablf")),
        Make("release_changed_length", "R-50", Refusal.FileDamaged, "the targets state another length", f => f.Targets.BeforeSigning = t => t.Set("targets", t[(t.IndexOf("\"targets\":{", StringComparison.Ordinal) + 10)..t.IndexOf(",\"version\"", StringComparison.Ordinal)].Swap("\"length\":", "\"length\":1"))),
        Make("release_not_listed", "R-50", Refusal.FileDamaged, "a path that the targets do not have", f => f.Entries = e => e[4] = e[4] with { Name = e[4].Name.Swap("2.0.0", "2.0.1") }),
        Make("release_other_target", "R-50", Refusal.FileDamaged, "a target that is no release document by its name", f => f.Path = "firmwarerelease.json"),
        Make("release_not_json", "R-53", BadDocument, "a signed document that is not canonical", f => f.Document = t => t + "\n"),
        Document("release_format_2", "R-52", Refusal.NeedsNewerReader, "format 2", t => t.Set("format", "2")),
        Document("release_min_reader_2", "R-52", Refusal.NeedsNewerReader, "needs reader 2", t => t.Set("min_reader", "2")),
        Document("release_critical", "R-52", Refusal.NeedsNewerReader, "a critical member that no reader knows", t => t.Set("critical", "[\"cold_start\"]").Set("cold_start", "true")),
        Document("release_critical_known", "R-52", null, "a critical member that every reader knows", t => t.Set("critical", "[\"hardware\"]")),
        Document("release_critical_missing", "R-52", BadDocument, "no list of critical members", t => t.Set("critical", null)),
        Document("release_product_empty", "R-53", BadDocument, "an empty product", t => t.Set("product", "\"\"")),
        Document("release_product_with_space", "R-53", BadDocument, "a product with a space", t => t.Set("product", "\"PM 200\"")),
        Document("release_product_too_long", "R-53", BadDocument, "a product of 33 characters", t => t.Set("product", $"\"{new string('P', 33)}\"")),
        Document("release_version_form", "R-53", BadDocument, "version 2.0", t => t.Set("version", "\"2.0\"")),
        Document("release_version_leading_zero", "R-53", BadDocument, "version 2.00.0", t => t.Set("version", "\"2.00.0\"")),
        Document("release_hardware_none", "R-53", BadDocument, "no hardware", t => t.Set("hardware", "[]")),
        Document("release_hardware_not_sorted", "R-53", BadDocument, "hardware in the wrong order", t => t.Set("hardware", "[\"PM200-C\",\"PM200-B\"]")),
        Document("release_notes_control", "R-53", BadDocument, "a control character in the notes", t => t.Set("notes", "[\"\u00C2\u0085\"]")),
        Document("release_notes_too_long", "R-53", BadDocument, "notes longer than the limit", t => t.Set("notes", $"[\"{new string('n', Limits.MaxNotesChars + 1)}\"]")),
        Document("release_signed_at_negative", "R-53", BadDocument, "signed before 1970", t => t.Set("signed_at", "-1")),
        Document("release_payloads_none", "R-54", BadDocument, "no payloads", t => t.Set("payloads", "[]")),
        Document("release_part_twice", "R-54", BadDocument, "two payloads for one slot part", t => t.Swap("\"part\":\"system\"", "\"part\":\"efi\"")),
        Document("release_part_path", "R-54", BadDocument, "a slot part with a slash", t => t.Swap("\"part\":\"system\"", "\"part\":\"../x\"")),
        Document("release_entries_none", "R-54", BadDocument, "an empty list of entries", t => t.Set("entries", "[]")),
        Document("release_entry_without_hash", "R-54", BadDocument, "a root without a hash", t => Cut(t, "\"name\":\"metadata/1.root.json\"", "}")),
        Document("release_entry_with_hash", "R-54", BadDocument, "a payload with a hash", t => t.Swap("\"name\":\"payload/efi\"", $"\"name\":\"payload/efi\",\"sha256\":\"{new string('0', 64)}\"")),
        Document("release_entry_name", "R-54", BadDocument, "a payload under another name", t => t.Swap("\"payload/efi\"", "\"payload/efj\"")),
        Document("release_entry_huge", "R-54", BadDocument, "a payload of 2^53 - 1 bytes", t => t.Swap("},{\"length\":600,", "},{\"length\":9007199254740991,")),
        Document("release_payload_longer", "R-05", Refusal.FileDamaged, "a payload said to be longer than it is in the file", t => t.Swap("},{\"length\":600,", "},{\"length\":1600,")),
        Document("release_image_size", "R-54", BadDocument, "another image size than the chunk table's", t => t.Swap("\"image_size\":600", "\"image_size\":601")),
        Make(new Vector("release_root_not_listed", "R-54", Refusal.FileDamaged, "a root that the release was not made with") { RootAfter = 2 }, f =>
        {
            RootPlan root = new("root-1", "root-2") { File = { Version = 2 } };
            f.Entries = e =>
            {
                f.Roots.Add(root);
                e.Insert(1, new ForgeEntry(GkuNames.Root(2), f.BuildRoots()[1]));
            };
        }),
        Make("release_root_1_changed", "R-54", Refusal.FileDamaged, "root 1 with other signatures than the release was made with", f => f.Entries = e =>
        {
            Resign(f.Roots[0].File, "root-1", "root-2", "root-3");
            e[0] = e[0] with { Content = f.BuildRoots()[0] };
        }),
    ];

    private static IEnumerable<(Vector, Func<byte[]>)> Tables() =>
    [
        Table("table_magic", "R-60", BadDocument, "another magic", t => t[0] ^= 1),
        Table("table_version_2", "R-60", Refusal.NeedsNewerReader, "version 2", t => t[8] = 2),
        Table("table_chunk_size_odd", "R-61", BadDocument, "a chunk size that is no power of two", t => t[12] = 1),
        Table("table_chunk_size_small", "R-61", BadDocument, "chunks of 32 KiB", t => BinaryPrimitives.WriteUInt32LittleEndian(t.AsSpan(12), 32768)),
        Table("table_chunk_size_large", "R-61", BadDocument, "chunks of 8 MiB", t => BinaryPrimitives.WriteUInt32LittleEndian(t.AsSpan(12), 8 << 20)),
        Table("table_image_empty", "R-61", BadDocument, "an empty image", t => t.AsSpan(16, 8).Clear()),
        Table("table_image_huge", "R-61", BadDocument, "an image of 2^63 bytes", t => t[23] = 0x80),
        Table("table_image_of_another_size", "R-62", BadDocument, "more chunks in the image than in the table", t => t[18] = 9),
        Make("table_trailing_byte", "R-62", BadDocument, "a byte behind the table", f => f.Table = (part, t) => part == "system" ? [.. t, 0] : t),
        Table("table_stored_longer", "R-63", BadDocument, "a chunk stored longer than it is", t => BinaryPrimitives.WriteUInt32LittleEndian(t.AsSpan(24 + 68), 701)),
        Table("table_stored_huge", "R-63", BadDocument, "a chunk stored in 2^32 - 1 bytes", t => t.AsSpan(24 + 68, 4).Fill(0xFF)),
        Table("table_compressed", "R-64", Refusal.NeedsNewerReader, "a compressed chunk", t => BinaryPrimitives.WriteUInt32LittleEndian(t.AsSpan(24 + 68), 699)),
        Table("table_zeros_plain_hash", "R-65", BadDocument, "zeros with another plain hash", t => t[24 + 36] ^= 1),
        Table("table_zeros_stored_hash", "R-65", BadDocument, "zeros with another stored hash", t => t[24 + 4] ^= 1),
        Table("table_two_hashes", "R-65", BadDocument, "a plain chunk with two different hashes", t => t[24 + 68 + 36] ^= 1),
        Make("table_changed", "R-51", Refusal.FileDamaged, "a chunk table that changed after signing", f => f.Entries = e => e[5].Content[40] ^= 1),
        Make("sbom_changed", "R-51", Refusal.FileDamaged, "a bill of materials that changed after signing", f => f.Entries = e => e[7] = e[7] with { Content = [.. e[7].Content.Select(b => (byte)(b ^ 1))] }),
        Make("payload_changed", "R-66", Refusal.FileDamaged, "one bit of a payload is wrong", f => f.Entries = e => e[^1].Content[^1] ^= 1),
        Make("payload_zeroed", "R-66", Refusal.FileDamaged, "a payload of zeros, as a stick without its last blocks gives", f => f.Entries = e => e[^1].Content.AsSpan().Clear()),
    ];

    private static (Vector, Func<byte[]>) Document(string name, string rule, Refusal? expect, string about, Func<string, string> change) =>
        Make(name, rule, expect, about, f => f.Document = change);

    private static (Vector, Func<byte[]>) Table(string name, string rule, Refusal expect, string about, Action<byte[]> change) =>
        Make(name, rule, expect, about, f => f.Table = (part, table) =>
        {
            if (part == "system")
            {
                change(table);
            }

            return table;
        });

    /// <summary>Takes out what stands between two texts.</summary>
    private static string Cut(string text, string from, string to)
    {
        int start = text.IndexOf(from, StringComparison.Ordinal) + from.Length;
        return text[..start] + text[text.IndexOf(to, start, StringComparison.Ordinal)..];
    }

    private static string DigestOfGood() => Convert.ToHexStringLower(SHA256.HashData(NewForge().BuildEntries()[4].Content));
}
