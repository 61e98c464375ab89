using System.Globalization;
using System.Text.Json;

namespace Gatekeeper.Release.Tuf;

/// <summary>
/// Reads ordinary JSON (RFC 8259) as far as canonical JSON has a form for it, so that what is signed can be written canonically:
/// white space, any order of names and every escape are fine; numbers that are not integers from -(2^53 - 1) to 2^53 - 1, <c>-0</c>, a
/// name twice, lone surrogates, bytes that are not UTF-8, comments and a byte order mark are refused. Depth and number of values are bounded.
/// A control character is read and is refused by <see cref="CanonicalJson.Write(JsonValue)"/>.
/// </summary>
public static class RepositoryJson
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = Limits.MaxRepositoryJsonDepth, CommentHandling = JsonCommentHandling.Disallow };

    /// <summary>Reads one value that fills <paramref name="text"/>, but for white space around it.</summary>
    /// <param name="text">Hostile bytes.</param>
    /// <exception cref="RefusedException"><see cref="Refusal.MetadataMalformed"/>.</exception>
    public static JsonValue Parse(ReadOnlySpan<byte> text)
    {
        if (text.Length > Limits.MaxRepositoryMetadataBytes)
        {
            throw Refused("longer than MaxRepositoryMetadataBytes");
        }

        var reader = new Utf8JsonReader(text, Options);
        try
        {
            int values = 0;
            _ = reader.Read();
            JsonValue value = ReadValue(ref reader, ref values);
            return reader.Read() ? throw Refused("bytes after the value") : value;
        }
        catch (JsonException)
        {
            // Its message would quote the file.
            throw Refused("not JSON, or deeper than MaxRepositoryJsonDepth");
        }
    }

    private static JsonValue ReadValue(ref Utf8JsonReader reader, ref int values)
    {
        if (++values > Limits.MaxRepositoryJsonValues)
        {
            throw Refused("more than MaxRepositoryJsonValues values");
        }

        return reader.TokenType switch
        {
            JsonTokenType.StartObject => ReadObject(ref reader, ref values),
            JsonTokenType.StartArray => ReadArray(ref reader, ref values),
            JsonTokenType.String => new JsonString(ReadString(ref reader)),
            JsonTokenType.Number => ReadInteger(ref reader),
            JsonTokenType.True => JsonLiteral.True,
            JsonTokenType.False => JsonLiteral.False,
            JsonTokenType.Null => JsonLiteral.Null,
            _ => throw Refused("no value"),
        };
    }

    private static JsonObject ReadObject(ref Utf8JsonReader reader, ref int values)
    {
        var members = new List<(string, JsonValue)>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = ReadString(ref reader);
            if (!names.Add(name))
            {
                throw Refused("a name twice"); // readers would differ about which one counts
            }

            _ = reader.Read();
            members.Add((name, ReadValue(ref reader, ref values)));
        }

        return new JsonObject(members);
    }

    private static JsonArray ReadArray(ref Utf8JsonReader reader, ref int values)
    {
        var items = new List<JsonValue>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            items.Add(ReadValue(ref reader, ref values));
        }

        return new JsonArray(items);
    }

    private static string ReadString(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // How the framework says that bytes are not UTF-8 or an escape is a lone surrogate: neither has a canonical form.
            throw Refused("a string is not Unicode");
        }
    }

    private static JsonInteger ReadInteger(ref Utf8JsonReader reader)
    {
        // "1.0" and "1e3" are integers to some tools and not to others; "-0" is 0 to some.
        ReadOnlySpan<byte> digits = reader.ValueSpan;
        return !digits.SequenceEqual("-0"u8) && long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value)
            && value is >= -CanonicalJson.MaxInteger and <= CanonicalJson.MaxInteger
            ? new JsonInteger(value)
            : throw Refused("a number that is not an integer within 2^53 - 1");
    }

    private static RefusedException Refused(string what) => new(Refusal.MetadataMalformed, $"json: {what}");
}
