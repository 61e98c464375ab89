using Gatekeeper.Release;

namespace Gatekeeper.Vectors;

public static partial class VectorSet
{
    private const Refusal Bad = Refusal.MetadataMalformed;

    // The defects of this group are in the timestamp and were signed as they are, so only the JSON rules can refuse them.
    private static IEnumerable<(Vector, Func<byte[]>)> Json() =>
    [
        InFile("json_line_end", "R-10", "a line end behind the value", t => t + "\n"),
        InFile("json_second_value", "R-10", "a second value behind the first", t => t + "{}"),
        InFile("json_byte_order_mark", "R-10", "a byte order mark", t => "\u00EF\u00BB\u00BF" + t),
        InFile("json_empty", "R-10", "an empty file", _ => ""),
        InFile("json_not_closed", "R-10", "the last brace is missing", t => t[..^1]),
        InSigned("json_white_space", "R-10", "a space behind a colon", t => t.Swap("\"version\":1}", "\"version\": 1}")),
        InSigned("json_names_not_sorted", "R-11", "two names in the wrong order", t => t.Swap("\"_type\":\"timestamp\",", "").Swap(",\"version\":1}", ",\"version\":1,\"_type\":\"timestamp\"}")),
        InSigned("json_name_twice", "R-11", "one name twice", t => t.Swap("\"version\":1}", "\"version\":1,\"version\":1}")),
        InSigned("json_name_twice_by_escape", "R-13", "one name twice, the second one escaped", t => t.Swap("\"version\":1}", "\"version\":1,\"versio\\u006e\":9}")),
        InSigned("json_float", "R-15", "a number with a fraction", t => t.Swap("\"version\":1}", "\"version\":1.0}")),
        InSigned("json_exponent", "R-15", "a number with an exponent", t => t.Swap("\"version\":1}", "\"version\":1e0}")),
        InSigned("json_minus_zero", "R-15", "minus zero", t => t.Swap("\"version\":1}", "\"version\":1,\"x\":-0}")),
        InSigned("json_leading_zero", "R-15", "a leading zero", t => t.Swap("\"version\":1}", "\"version\":01}")),
        InSigned("json_integer_too_large", "R-15", "2^53", t => t.Swap("\"version\":1}", "\"version\":1,\"x\":9007199254740992}")),
        InSigned("json_integer_endless", "R-15", "a number of 400 digits", t => t.Swap("\"version\":1}", $"\"version\":1,\"x\":{new string('9', 400)}}}")),
        InSigned("json_escape", "R-13", "an escape that canonical form does not use", t => t.Swap("\"timestamp\"", "\"time\\u0073tamp\"")),
        InSigned("json_escaped_slash", "R-13", "an escaped slash", t => t.Swap("\"version\":1}", "\"version\":1,\"x\":\"\\/\"}")),
        InSigned("json_control_character", "R-14", "a tab in a string", t => t.Swap("\"version\":1}", "\"version\":1,\"x\":\"\t\"}")),
        InSigned("json_not_utf8", "R-14", "a byte that no UTF-8 has", t => t.Swap("\"version\":1}", "\"version\":1,\"x\":\"\u00FF\"}")),
        InSigned("json_overlong_utf8", "R-14", "a quote in two bytes", t => t.Swap("\"version\":1}", "\"version\":1,\"x\":\"\u00C0\u00A2\"}")),
        InSigned("json_surrogate", "R-14", "a surrogate in UTF-8", t => t.Swap("\"version\":1}", "\"version\":1,\"x\":\"\u00ED\u00A0\u0080\"}")),
        InSigned("json_too_deep", "R-12", "17 arrays in each other", t => t.Swap("\"version\":1}", $"\"version\":1,\"x\":{new string('[', 17)}{new string(']', 17)}}}")),
        InSigned("json_too_many_values", "R-12", "more values than the limit", t => t.Swap("\"version\":1}", $"\"version\":1,\"x\":[1{string.Concat(Enumerable.Repeat(",1", Limits.MaxJsonValues))}]}}")),
        InSigned("json_literal", "R-10", "a literal in capitals", t => t.Swap("\"version\":1}", "\"version\":1,\"x\":TRUE}")),
    ];

    private static IEnumerable<(Vector, Func<byte[]>)> Envelope() =>
    [
        InFile("envelope_member", "R-20", "a member beside signatures and signed", t => t.Set("note", "1")),
        InFile("envelope_array", "R-20", "an array instead of an object", t => $"[{t}]"),
        InFile("envelope_signature_member", "R-20", "a member more in a signature", t => t.Swap("\"sig\":", "\"scheme\":\"ed25519\",\"sig\":")),
        InFile("envelope_signature_upper_case", "R-21", "a signature in capitals", t => Signature(t, s => s.ToUpperInvariant())),
        InFile("envelope_signature_empty", "R-21", "a signature of no bytes", t => Signature(t, _ => "")),
        InFile("envelope_key_id_short", "R-21", "a key id of 62 digits", t => t.Swap(TestKey.Of("timestamp-1").Id, TestKey.Of("timestamp-1").Id[2..])),
        Make("envelope_signatures_not_sorted", "R-21", Bad, "two signatures in the wrong order", f => f.Targets.AfterSigning = t => Signatures(t, s => s.Reverse())),
        Make("envelope_signature_twice", "R-21", Bad, "the same signature twice", f => f.Targets.AfterSigning = t => Signatures(t, s => s.Concat(s.TakeLast(1)))),
        Make("envelope_too_many_signatures", "R-21", Bad, "65 signatures", f => f.Targets.AfterSigning = t => Signatures(t, _ => Enumerable.Range(0, 65).Select(i => $$"""{"keyid":"{{i:x64}}","sig":"00"}"""))),
    ];

    private static (Vector, Func<byte[]>) InFile(string name, string rule, string about, Func<string, string> change) =>
        Make(name, rule, Bad, about, f => f.Timestamp.AfterSigning = change);

    private static (Vector, Func<byte[]>) InSigned(string name, string rule, string about, Func<string, string> change) =>
        Make(name, rule, Bad, about, f => f.Timestamp.BeforeSigning = change);

    /// <summary>Changes the first signature's hex.</summary>
    private static string Signature(string file, Func<string, string> change)
    {
        int at = file.IndexOf("\"sig\":\"", StringComparison.Ordinal) + 7;
        return file[..at] + change(file[at..(at + 128)]) + file[(at + 128)..];
    }

    /// <summary>Changes the list of signatures, each as its own text.</summary>
    private static string Signatures(string file, Func<IEnumerable<string>, IEnumerable<string>> change)
    {
        int end = file.IndexOf("],\"signed\":", StringComparison.Ordinal);
        IEnumerable<string> list = file["{\"signatures\":[".Length..end].Split("},{").Select(s => '{' + s.Trim('{', '}') + '}');
        return $"{{\"signatures\":[{string.Join(',', change(list))}{file[end..]}";
    }

    private static string AddSignature(string file, string keyId, string sig) =>
        Signatures(file, list => list.Append($$"""{"keyid":"{{keyId}}","sig":"{{sig}}"}""").Order(StringComparer.Ordinal));
}
