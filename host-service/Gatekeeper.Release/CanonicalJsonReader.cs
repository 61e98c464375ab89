using System.Collections.Immutable;
using System.Text;
using System.Text.Unicode;

namespace Gatekeeper.Release;

/// <summary>
/// Reads canonical JSON and nothing else: FORMAT.md §2. One pass, bounded depth and number of values, no white space to skip.
/// <code>
/// value   = object / array / string / integer / "true" / "false" / "null"
/// object  = "{" [ string ":" value *( "," string ":" value ) ] "}"     names in strictly rising byte order
/// array   = "[" [ value *( "," value ) ] "]"
/// string  = DQUOTE *( any UTF-8 but %x00-09 / %x0B-1F, DQUOTE, "\" / "\" DQUOTE / "\\" ) DQUOTE
/// integer = "0" / ["-"] %x31-39 *DIGIT                                 at most 2^53 - 1 either way
/// </code>
/// </summary>
internal ref struct CanonicalJsonReader(ReadOnlySpan<byte> text, Refusal refusal)
{
    private readonly ReadOnlySpan<byte> text = text;
    private readonly Refusal refusal = refusal;
    private int position;
    private int depth;
    private int values;

    public JsonValue ReadWhole()
    {
        if (text.Length > Limits.MaxMetadataBytes)
        {
            throw Refused("longer than MaxMetadataBytes");
        }

        JsonValue value = ReadValue();
        if (position != text.Length)
        {
            throw Refused("bytes after the value");
        }

        return value;
    }

    private JsonValue ReadValue()
    {
        if (++values > Limits.MaxJsonValues)
        {
            throw Refused("more than MaxJsonValues values");
        }

        switch (Peek())
        {
            case (byte)'{':
                return Nested(isObject: true);
            case (byte)'[':
                return Nested(isObject: false);
            case (byte)'"':
                return new JsonString(Encoding.UTF8.GetString(ReadString()));
            case (byte)'t':
                return ReadLiteral(JsonLiteral.True, "true"u8);
            case (byte)'f':
                return ReadLiteral(JsonLiteral.False, "false"u8);
            case (byte)'n':
                return ReadLiteral(JsonLiteral.Null, "null"u8);
            default:
                return ReadInteger();
        }
    }

    private JsonValue Nested(bool isObject)
    {
        if (++depth > Limits.MaxJsonDepth)
        {
            throw Refused("deeper than MaxJsonDepth");
        }

        int start = position++;
        JsonValue value = isObject ? ReadObject(start) : ReadArray(start);
        depth--;
        return value;
    }

    private JsonObject ReadObject(int start)
    {
        var members = new List<(string, JsonValue)>();
        byte[]? previous = null;
        if (!TrySkip((byte)'}'))
        {
            do
            {
                byte[] name = ReadString();
                if (previous is not null && previous.AsSpan().SequenceCompareTo(name) >= 0)
                {
                    throw Refused("names are not in strictly rising order"); // catches duplicates too
                }

                previous = name;
                Skip((byte)':');
                members.Add((Encoding.UTF8.GetString(name), ReadValue()));
            }
            while (TrySkip((byte)','));
            Skip((byte)'}');
        }

        return new JsonObject(members) { Extent = start..position };
    }

    private JsonArray ReadArray(int start)
    {
        ImmutableArray<JsonValue>.Builder items = ImmutableArray.CreateBuilder<JsonValue>();
        if (!TrySkip((byte)']'))
        {
            do
            {
                items.Add(ReadValue());
            }
            while (TrySkip((byte)','));
            Skip((byte)']');
        }

        return new JsonArray(items.ToImmutable()) { Extent = start..position };
    }

    /// <summary>The decoded bytes of a string, well-formed UTF-8.</summary>
    private byte[] ReadString()
    {
        Skip((byte)'"');
        int start = position;
        int escapes = 0;
        byte b;
        while ((b = Peek()) != (byte)'"')
        {
            position++;
            if (b == (byte)'\\')
            {
                escapes++;
                if (Peek() is not ((byte)'"' or (byte)'\\'))
                {
                    throw Refused("an escape that canonical form does not use");
                }

                position++;
            }
            else if (b < 0x20 && b != CanonicalJson.LineFeed)
            {
                throw Refused("a control character in a string");
            }
        }

        ReadOnlySpan<byte> raw = text[start..position];
        position++;
        if (!Utf8.IsValid(raw))
        {
            throw Refused("a string is not UTF-8"); // lone surrogates have no UTF-8 form
        }

        byte[] decoded = new byte[raw.Length - escapes];
        for (int from = 0, to = 0; from < raw.Length; from++, to++)
        {
            if (raw[from] == (byte)'\\')
            {
                from++;
            }

            decoded[to] = raw[from];
        }

        return decoded;
    }

    private JsonInteger ReadInteger()
    {
        int start = position;
        bool negative = TrySkip((byte)'-');
        int first = position;
        long value = 0;
        while (position < text.Length && text[position] is >= (byte)'0' and <= (byte)'9')
        {
            value = (value * 10) + (text[position++] - '0');
            if (value > CanonicalJson.MaxInteger)
            {
                throw Refused("an integer beyond 2^53 - 1");
            }
        }

        int digits = position - first;
        bool leadingZero = digits > 0 && text[first] == (byte)'0' && (digits > 1 || negative);
        if (digits == 0 || leadingZero)
        {
            throw Refused("not a canonical value"); // "-0", "01", "+1", "1.0" and white space end here or at the next token
        }

        return new JsonInteger(negative ? -value : value) { Extent = start..position };
    }

    private JsonLiteral ReadLiteral(JsonLiteral literal, ReadOnlySpan<byte> spelling)
    {
        if (!text[position..].StartsWith(spelling))
        {
            throw Refused("not a canonical value");
        }

        position += spelling.Length;
        return literal;
    }

    private readonly byte Peek() => position < text.Length ? text[position] : throw Refused("ends too early");

    private bool TrySkip(byte expected)
    {
        if (position >= text.Length || text[position] != expected)
        {
            return false;
        }

        position++;
        return true;
    }

    private void Skip(byte expected)
    {
        if (Peek() != expected)
        {
            throw Refused("an unexpected byte");
        }

        position++;
    }

    private readonly RefusedException Refused(string what) => new(refusal, $"json: {what}");
}
