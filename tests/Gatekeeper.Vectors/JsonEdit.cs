using System.Text;
using Gatekeeper.Release;

namespace Gatekeeper.Vectors;

/// <summary>Changes canonical JSON that is held as Latin-1 text (one character a byte) and stays canonical.</summary>
public static class JsonEdit
{
    /// <summary>Sets the member at <paramref name="path"/> (names with <c>/</c> between), or takes it out when <paramref name="value"/> is null.</summary>
    public static string Set(this string text, string path, string? value)
    {
        JsonValue? parsed = value is null ? null : CanonicalJson.Parse(Encoding.Latin1.GetBytes(value));
        JsonValue edited = Set(CanonicalJson.Parse(Encoding.Latin1.GetBytes(text)), path.Split('/'), parsed);
        return Encoding.Latin1.GetString(CanonicalJson.Write(edited));
    }

    /// <summary>Replaces text that must be there.</summary>
    public static string Swap(this string text, string old, string replacement) =>
        text.Contains(old, StringComparison.Ordinal) ? text.Replace(old, replacement, StringComparison.Ordinal) : throw new InvalidOperationException($"'{old}' is not in the text");

    private static JsonObject Set(JsonValue value, ReadOnlySpan<string> path, JsonValue? leaf)
    {
        var map = (JsonObject)value;
        string name = path[0];
        JsonValue? changed = path.Length == 1 ? leaf : Set(map[name] ?? new JsonObject(), path[1..], leaf);
        IEnumerable<(string, JsonValue)> others = map.Members.Where(m => m.Key != name).Select(m => (m.Key, m.Value));
        return new JsonObject(changed is null ? others : others.Append((name, changed)));
    }
}
