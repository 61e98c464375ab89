using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gatekeeper.Kiosk.Strings;

/// <summary>The texts of one language, from the JSON file of that name in this program.</summary>
internal sealed class Texts
{
    private readonly Dictionary<string, string> _texts;

    private Texts(Dictionary<string, string> texts) => _texts = texts;

    internal IReadOnlyDictionary<string, string> All => _texts;

    /// <summary>Reads a language, for example <c>en</c>. It is part of the program, so a fault in it is ours.</summary>
    internal static Texts Load(string language)
    {
        using Stream stream = typeof(Texts).Assembly.GetManifestResourceStream($"{language}.json")
            ?? throw new InvalidOperationException($"no texts for language {language}");
        return new Texts(JsonSerializer.Deserialize(stream, TextsJson.Default.DictionaryStringString)
            ?? throw new InvalidOperationException($"{language}.json is empty"));
    }

    /// <summary>The text of <paramref name="key"/> with its placeholders filled in, in the order the key names them.</summary>
    internal string this[TextKey key, params ReadOnlySpan<string> values]
    {
        get
        {
            if (values.Length != key.Placeholders.Length)
            {
                throw new InvalidOperationException($"{key.Name} has {key.Placeholders.Length} placeholders, {values.Length} values given");
            }

            string text = _texts[key.Name];
            if (values.Length == 0)
            {
                return text;
            }

            // One pass over the pattern, so that a value that looks like a placeholder stays as it is.
            System.Text.StringBuilder filled = new(text.Length + 32);
            for (int at = 0; at < text.Length;)
            {
                int which = text[at] == '{' ? PlaceholderAt(text.AsSpan(at + 1), key.Placeholders) : -1;
                if (which >= 0)
                {
                    filled.Append(values[which]);
                    at += key.Placeholders[which].Length + 2;
                }
                else
                {
                    filled.Append(text[at++]);
                }
            }

            return filled.ToString();
        }
    }

    private static int PlaceholderAt(ReadOnlySpan<char> text, string[] placeholders)
    {
        for (int i = 0; i < placeholders.Length; i++)
        {
            if (text.Length > placeholders[i].Length && text.StartsWith(placeholders[i], StringComparison.Ordinal) && text[placeholders[i].Length] == '}')
            {
                return i;
            }
        }

        return -1;
    }
}

/// <summary>Reads a language file without reflection.</summary>
[JsonSourceGenerationOptions(AllowDuplicateProperties = false)]
[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class TextsJson : JsonSerializerContext;
