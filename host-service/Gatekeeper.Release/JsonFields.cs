using System.Buffers;
using System.Globalization;

namespace Gatekeeper.Release;

/// <summary>Reads the members of one object by name and kind. Every miss is a refusal that names the document and our own name of the field, never a byte of the file.</summary>
/// <param name="map">The object.</param>
/// <param name="document">Which document it is part of, for the detail.</param>
/// <param name="refusal">The code of a refusal.</param>
internal readonly struct JsonFields(JsonObject map, string document, Refusal refusal)
{
    public static JsonFields Of(JsonValue value, string document, Refusal refusal = Refusal.MetadataMalformed) =>
        value is JsonObject map ? new JsonFields(map, document, refusal) : throw new RefusedException(refusal, $"{document}: not an object");

    public IReadOnlyDictionary<string, JsonValue> Members => map.Members;

    /// <summary>The object itself.</summary>
    public JsonObject Value => map;

    public bool Has(string name) => map[name] is not null;

    public JsonFields Object(string name) => map[name] is JsonObject inner ? new JsonFields(inner, document, refusal) : throw Bad(name, "an object");

    public JsonArray Array(string name) => map[name] as JsonArray ?? throw Bad(name, "an array");

    public string Text(string name) => map[name] is JsonString text ? text.Value : throw Bad(name, "a string");

    public long Integer(string name, long min, long max)
    {
        long value = map[name] is JsonInteger number ? number.Value : throw Bad(name, "an integer");
        return value >= min && value <= max ? value : throw Bad(name, $"an integer from {min} to {max}");
    }

    /// <summary>Lower-case hexadecimal of exactly <paramref name="bytes"/> bytes.</summary>
    public string Hex(string name, int bytes)
    {
        string value = Text(name);
        return value.Length == bytes * 2 && Release.Hex.IsLower(value) ? value : throw Bad(name, $"{bytes} bytes in lower-case hex");
    }

    /// <summary>Lower-case hexadecimal of any whole number of bytes; who calls this checks the length.</summary>
    public string Hex(string name)
    {
        string value = Text(name);
        return Release.Hex.IsLower(value) ? value : throw Bad(name, "lower-case hex");
    }

    /// <summary>A UTC time <c>2031-05-04T03:02:01Z</c>, or with <paramref name="anyForm"/> a time of RFC 3339, as seconds since 1970-01-01 UTC.</summary>
    public long Time(string name, bool anyForm = false)
    {
        bool good = anyForm ? TufTime.TryParseAny(Text(name), out long seconds) : TufTime.TryParse(Text(name), out seconds);
        return good ? seconds : throw Bad(name, "a time");
    }

    /// <summary>Every item of an array as a string.</summary>
    public IEnumerable<string> Texts(string name)
    {
        JsonFields self = this;
        return Array(name).Items.Select(item => item is JsonString text ? text.Value : throw self.Bad(name, "an array of strings"));
    }

    /// <summary>Refuses every member but these.</summary>
    public void Only(params ReadOnlySpan<string> names)
    {
        foreach (string name in map.Members.Keys)
        {
            if (!names.Contains(name))
            {
                throw new RefusedException(refusal, $"{document}: a member that the format does not have");
            }
        }
    }

    public RefusedException Bad(string name, string expected) => new(refusal, string.Create(CultureInfo.InvariantCulture, $"{document}: {name} must be {expected}"));
}

/// <summary>Lower-case hexadecimal, the only form the formats use.</summary>
internal static class Hex
{
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef");

    public static bool IsLower(ReadOnlySpan<char> text) => text.Length % 2 == 0 && !text.ContainsAnyExcept(Digits);

    public static string Of(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);
}

/// <summary>Times in TUF metadata (TUF 1.0.34 §4.2.1: ISO 8601, UTC, seconds).</summary>
public static class TufTime
{
    private const string Form = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    /// <summary>Reads the one form <c>2031-05-04T03:02:01Z</c>, from 1970 on.</summary>
    public static bool TryParse(string text, out long seconds)
    {
        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        bool good = DateTime.TryParseExact(text, Form, CultureInfo.InvariantCulture, Utc, out DateTime time);
        seconds = good ? new DateTimeOffset(time).ToUnixTimeSeconds() : 0;
        return good && seconds >= 0 && Format(seconds) == text;
    }

    /// <summary>Reads a time of RFC 3339 §5.6, with a fraction of a second or an offset: tools in Go and Rust write such. The fraction is cut off, so nothing lives longer for it.</summary>
    internal static bool TryParseAny(string text, out long seconds)
    {
        seconds = 0;
        const int SecondsEnd = 19; // 2031-05-04T03:02:01
        if (text.Length <= SecondsEnd)
        {
            return false;
        }

        ReadOnlySpan<char> zone = text.AsSpan(SecondsEnd);
        if (zone[0] == '.')
        {
            int digits = zone[1..].IndexOfAnyExceptInRange('0', '9');
            if (digits <= 0)
            {
                return false;
            }

            zone = zone[(1 + digits)..];
        }

        string whole = string.Concat(text.AsSpan(0, SecondsEnd), zone is "Z" or "z" ? "+00:00" : zone);
        bool good = DateTimeOffset.TryParseExact(whole, "yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTimeOffset time);
        seconds = good ? time.ToUnixTimeSeconds() : 0;
        return good;
    }

    /// <summary>Writes <paramref name="seconds"/> since 1970-01-01 UTC.</summary>
    public static string Format(long seconds) => DateTimeOffset.FromUnixTimeSeconds(seconds).ToString(Form, CultureInfo.InvariantCulture);
}
