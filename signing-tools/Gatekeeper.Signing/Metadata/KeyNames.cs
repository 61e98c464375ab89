using System.Globalization;
using System.Text;
using Gatekeeper.Release;

namespace Gatekeeper.Signing.Metadata;

/// <summary>
/// What people call keys. The names stand in the root's signed part, so that whoever signs a root signs them too and nobody can say
/// later that a key is somebody else's. Devices ignore them (FORMAT.md R-24).
/// </summary>
internal sealed class KeyNames
{
    /// <summary>The member of a root that holds them: key id to name.</summary>
    internal const string Member = "x-gatekeeper-names";

    /// <summary>Characters of a name at most.</summary>
    internal const int MaxChars = 64;

    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);

    /// <summary>The names that a root gives, after those of <paramref name="before"/>. One that is no name is passed over: the key id still tells the key.</summary>
    internal static KeyNames Of(JsonObject root, KeyNames? before = null)
    {
        var names = new KeyNames();
        foreach ((string id, string name) in before?._names ?? [])
        {
            names._names[id] = name;
        }

        foreach ((string id, JsonValue value) in (root[Member] as JsonObject)?.Members ?? new Dictionary<string, JsonValue>())
        {
            if (value is JsonString text && IsName(text.Value))
            {
                names._names[id] = text.Value;
            }
        }

        return names;
    }

    /// <summary>The member as it stands in a root.</summary>
    internal static JsonObject Form(IEnumerable<KeyValuePair<string, string>> names) => new(names.Select(n => (n.Key, (JsonValue)new JsonString(n.Value))));

    /// <summary>Whether this may be a name: letters, digits, single spaces and <c>. - _ @ ' ( )</c>, so that it looks the same wherever it is shown.</summary>
    internal static bool IsName(string text) =>
        text.Length is > 0 and <= MaxChars && text.Trim() == text && !text.Contains("  ", StringComparison.Ordinal) && text.EnumerateRunes().All(IsNameRune);

    /// <summary>The name of a key, or null.</summary>
    internal string? Of(string keyId) => _names.GetValueOrDefault(keyId);

    /// <summary>A key for people: <c>alice (7ab6b86cb2c9)</c>, or the beginning of its id alone.</summary>
    internal string Word(string keyId) => Of(keyId) is { } name ? $"{name} ({RoleSigning.Short(keyId)})" : RoleSigning.Short(keyId);

    /// <summary>Several keys for people.</summary>
    internal string Words(IEnumerable<TufKey> keys) => string.Join(", ", keys.Select(k => Word(k.KeyId)));

    /// <summary>Text of others as it may be shown: what moves the cursor or turns the direction of writing becomes <c>?</c>.</summary>
    internal static string Printable(string text)
    {
        var shown = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            bool hidden = Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.Surrogate;
            shown.Append(hidden ? "?" : rune.ToString());
        }

        return shown.ToString();
    }

    private static bool IsNameRune(Rune rune) =>
        Rune.IsLetterOrDigit(rune)
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark
        || (rune.IsAscii && " .-_@'()".Contains((char)rune.Value, StringComparison.Ordinal));
}
