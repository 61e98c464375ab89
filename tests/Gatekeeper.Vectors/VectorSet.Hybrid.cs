using Gatekeeper.Release;

namespace Gatekeeper.Vectors;

public static partial class VectorSet
{
    private const int LmsAt = 64; // where the LMS signature begins, behind that of Ed25519
    private const string Hybrid = "pq.timestamp";

    private static string HybridHex => TestKey.Of(Hybrid).PublicHex;

    private static IEnumerable<(Vector, Func<byte[]>)> Hybrids() =>
    [
        Signed("good_key_pq", "R-74", null, "the timestamp is signed with Ed25519 and LMS", Hybrid),
        Make(new Vector("good_key_pq_two_people", "R-77", null, "two people, each with an Ed25519 and an LMS part") { RootAfter = 2 }, f =>
        {
            f.AddRoot("root-1", "root-2").Targets = ["pq.a", "pq.b"];
            Resign(f.Targets, "pq.a", "pq.b");
        }),
        HybridKey("key_pq_empty", "R-74", "no bytes at all", _ => ""),
        HybridKey("key_pq_short", "R-74", "31 bytes", h => h[..62]),
        HybridKey("key_pq_upper_case", "R-74", "a key in capitals", h => h.ToUpperInvariant()),
        HybridKey("key_pq_small_order", "R-32", "an Ed25519 part for which anyone can sign", h => "01" + new string('0', 62) + h[64..]),
        HybridKey("key_pq_without_lms", "R-75", "an Ed25519 part and no LMS part", h => h[..64]),
        HybridKey("key_pq_lms_short", "R-75", "an LMS part one byte short", h => h[..^2]),
        HybridKey("key_pq_lms_long", "R-75", "a byte behind the LMS part", h => h + "00"),
        HybridKey("key_pq_lms_type", "R-75", "an LMS typecode that is not assigned", h => h[..64] + "00000019" + h[72..]),
        HybridKey("key_pq_ots_type", "R-75", "an LM-OTS typecode that is not assigned", h => h[..72] + "00000011" + h[80..]),
        HybridKey("key_pq_two_hashes", "R-75", "a tree of SHA-256/192 over one-time keys of SHAKE256/192", h => h[..72] + "0000000f" + h[80..]),
        HybridKey("key_pq_levels", "R-75", "an LMS part with HSS's number of levels in front", h => h[..64] + "00000001" + h[64..]),
        InRoot("key_pq_lms_part_reused", "R-77", Bad, "a threshold of 2, and one LMS part under two Ed25519 parts", t => AddTwo(t, HybridForm(TestKey.Of("pq.a").PublicHex), HybridForm(TestKey.Of("pq.b.a").PublicHex))),
        InRoot("key_pq_ed25519_part_reused", "R-77", Bad, "a threshold of 2, and one Ed25519 part over two LMS parts", t => AddTwo(t, HybridForm(TestKey.Of("pq.a").PublicHex), HybridForm(TestKey.Of("pq.a.b").PublicHex))),
        InRoot("key_pq_ed25519_part_alone", "R-77", Bad, "a threshold of 2, and one Ed25519 key with an LMS part and without", t => AddTwo(t, HybridForm(TestKey.Of("pq.a").PublicHex), KeyForm(TestKey.Of("pq.a").PublicHex[..64]))),
        Make(new Vector("signature_pq_lms_part_reused", "R-77", Refusal.SignatureMissing, "one person signs twice, with one LMS part under two Ed25519 parts") { RootAfter = 2 }, f =>
        {
            f.AddRoot("root-1", "root-2").Targets = ["targets-1", "pq.a", "pq.b.a"];
            Resign(f.Targets, "pq.a", "pq.b.a");
        }),
        Make(new Vector("signature_pq_shared_through_another", "R-77", Refusal.SignatureMissing, "two keys signed that a third one of the role links, with a part of each") { RootAfter = 2 }, f =>
        {
            f.AddRoot("root-1", "root-2").Targets = ["targets-1", "pq.a", "pq.a.b", "pq.b"];
            Resign(f.Targets, "pq.a", "pq.b");
        }),
        HybridSignature("signature_pq_only_ed25519", "only the Ed25519 part signed", s => s[..LmsAt]),
        HybridSignature("signature_pq_only_lms", "only the LMS part signed", s => s[LmsAt..]),
        HybridSignature("signature_pq_ed25519_zero", "zeros in place of the Ed25519 part's signature", s => [.. new byte[LmsAt], .. s[LmsAt..]]),
        HybridSignature("signature_pq_lms_zero", "zeros in place of the LMS part's signature", s => [.. s[..LmsAt], .. new byte[s.Length - LmsAt]]),
        HybridSignature("signature_pq_ed25519_wrong", "one bit of the Ed25519 part's signature is wrong", s => Changed(s, 20, 1)),
        HybridSignature("signature_pq_lms_wrong", "one bit of the last node of the path is wrong", s => Changed(s, s.Length - 1, 1)),
        HybridSignature("signature_pq_lms_short", "an LMS signature one byte short", s => s[..^1]),
        HybridSignature("signature_pq_lms_long", "a byte behind the LMS signature", s => [.. s, 0]),
        HybridSignature("signature_pq_index_beside_tree", "a leaf number of 2^5 and more in a tree of height 5", s => Changed(s, LmsAt + 3, 0x20)),
        HybridSignature("signature_pq_index_huge", "a leaf number with its first bit set", s => Changed(s, LmsAt, 0x80)),
        HybridSignature("signature_pq_ots_type", "another LM-OTS typecode in the signature than in the key", s => Changed(s, LmsAt + 7, 0x0F)),
        HybridSignature("signature_pq_lms_type", "another LMS typecode in the signature than in the key", s => Changed(s, s.Length - (5 * 24) - 1, 0x01)),
    ];

    private static string HybridForm(string hex) => $$"""{"keytype":"x-ed25519+lms","keyval":{"public":"{{hex}}"},"scheme":"x-ed25519+lms"}""";

    private static (Vector, Func<byte[]>) HybridKey(string name, string rule, string about, Func<string, string> change) =>
        InRoot(name, rule, Bad, about, t => AddKey(t, HybridForm(change(HybridHex)), "timestamp"));

    private static (Vector, Func<byte[]>) HybridSignature(string name, string about, Func<byte[], byte[]> change) =>
        Signed(name, "R-76", Refusal.SignatureMissing, about, Hybrid, change);

    private static byte[] Changed(byte[] signature, int at, byte bits)
    {
        byte[] changed = [.. signature];
        changed[at] ^= bits;
        return changed;
    }
}
