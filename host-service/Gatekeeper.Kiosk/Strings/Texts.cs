using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Gatekeeper.Linux.Screen;
using Gatekeeper.Update.Status;

namespace Gatekeeper.Kiosk.Strings;

/// <summary>The texts of one language, from the JSON file of that name in this program.</summary>
internal sealed class Texts
{
    // The placeholders of the catalogues' sentences, in the order Facts gives their values.
    private static readonly string[] FactNames = ["release_product", "release_version", "device_product", "device_hardware", "running_version"];

    private readonly Dictionary<string, string> _texts;

    private Texts(string language, Dictionary<string, string> texts)
    {
        _texts = texts;
        Locale = new TextLocale(language, language is "ar" or "he");
    }

    /// <summary>The language, and which way it runs.</summary>
    internal TextLocale Locale { get; }

    internal IReadOnlyDictionary<string, string> All => _texts;

    /// <summary>Reads a language of <see cref="StatusLanguage.All"/>. It is part of the program, so a fault in it is ours.</summary>
    internal static Texts Load(string language)
    {
        using Stream stream = typeof(Texts).Assembly.GetManifestResourceStream($"{language}.json")
            ?? throw new InvalidOperationException($"no texts for language {language}");
        return new Texts(language, JsonSerializer.Deserialize(stream, TextsJson.Default.DictionaryStringString)
            ?? throw new InvalidOperationException($"{language}.json is empty"));
    }

    /// <summary>The language the device is set to. One that there are no texts of, or none, is English, and the log says so.</summary>
    internal static Texts Load(string? language, TextWriter log)
    {
        if (language is not null && StatusLanguage.All.Contains(language))
        {
            return Load(language);
        }

        log.WriteLine($"gatekeeper-kiosk: {(language is null ? "the service names no language" : $"no texts for language {language}")}, shown in {StatusLanguage.Default}");
        return Load(StatusLanguage.Default);
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

            return Fill(_texts[key.Name], key.Placeholders, values);
        }
    }

    /// <summary>The words for a notice's code with its facts filled in. False for a code of a newer service: then its own words are all there is.</summary>
    internal bool TryNotice(StatusNotice notice, [NotNullWhen(true)] out string? sentence, [NotNullWhen(true)] out string? nextStep)
    {
        nextStep = null;
        if (!_texts.TryGetValue($"{notice.Code}.sentence", out sentence) || !_texts.TryGetValue($"{notice.Code}.next_step", out nextStep))
        {
            return false;
        }

        string unknown = this[TextKey.Unknown];
        string?[] facts = notice.Facts is { } told
            ? [told.ReleaseProduct, told.ReleaseVersion, told.DeviceProduct, told.DeviceHardware, told.RunningVersion]
            : new string?[FactNames.Length];
        string[] values = [.. facts.Select(fact => fact ?? unknown)];
        sentence = Fill(sentence, FactNames, values);
        nextStep = Fill(nextStep, FactNames, values);
        return true;
    }

    /// <summary>A value that stands alone on the page, as it may be shown.</summary>
    internal string Isolated(string value) => Bidi.Isolated(value, Locale.RightToLeft);

    private string Fill(string text, string[] names, ReadOnlySpan<string> values)
    {
        // One pass over the pattern, so that a value that looks like a placeholder stays as it is.
        StringBuilder filled = new(text.Length + 32);
        for (int at = 0; at < text.Length;)
        {
            int which = text[at] == '{' ? PlaceholderAt(text.AsSpan(at + 1), names) : -1;
            if (which >= 0)
            {
                filled.Append(Isolated(values[which]));
                at += names[which].Length + 2;
            }
            else
            {
                filled.Append(text[at++]);
            }
        }

        return filled.ToString();
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
