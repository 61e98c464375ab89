using System.Buffers;
using System.Globalization;
using System.Text;

namespace Gatekeeper.Release;

/// <summary>Canonical JSON as TUF uses it (OLPC), read and written in one form only: FORMAT.md §2. What <see cref="Parse"/> accepts, <see cref="Write(JsonValue)"/> gives back byte for byte.</summary>
public static class CanonicalJson
{
    /// <summary>The largest integer: 2^53 - 1.</summary>
    public const long MaxInteger = (1L << 53) - 1;

    /// <summary>The one control character that strings may have: the PEM of a key has lines .</summary>
    internal const byte LineFeed = 0x0A;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads one value that fills <paramref name="text"/> wholly.</summary>
    /// <param name="text">Hostile bytes, at most <see cref="Limits.MaxMetadataBytes"/>.</param>
    /// <param name="refusal">The code of a refusal.</param>
    /// <exception cref="RefusedException">The bytes are not exactly canonical, or a limit is passed.</exception>
    public static JsonValue Parse(ReadOnlySpan<byte> text, Refusal refusal = Refusal.MetadataMalformed) => new CanonicalJsonReader(text, refusal).ReadWhole();

    /// <summary>Writes <paramref name="value"/> canonically.</summary>
    /// <exception cref="ArgumentException">A string has a lone surrogate or a control character other than a line feed, or an integer is out of range.</exception>
    public static byte[] Write(JsonValue value) => Write(value, anyCharacter: false);

    /// <summary>Writes <paramref name="value"/> as OLPC has it: every character but <c>"</c> and <c>\</c> as it is, control characters too. The form that ordinary TUF repositories sign.</summary>
    /// <exception cref="ArgumentException">A string has a lone surrogate, or an integer is out of range.</exception>
    internal static byte[] WriteAny(JsonValue value) => Write(value, anyCharacter: true);

    private static byte[] Write(JsonValue value, bool anyCharacter)
    {
        var output = new ArrayBufferWriter<byte>();
        Write(value, output, anyCharacter);
        return output.WrittenSpan.ToArray();
    }

    private static void Write(JsonValue value, ArrayBufferWriter<byte> output, bool anyCharacter)
    {
        switch (value)
        {
            case JsonObject map:
                WriteObject(map, output, anyCharacter);
                break;
            case JsonArray array:
                output.Write("["u8);
                for (int i = 0; i < array.Items.Length; i++)
                {
                    if (i > 0)
                    {
                        output.Write(","u8);
                    }

                    Write(array.Items[i], output, anyCharacter);
                }

                output.Write("]"u8);
                break;
            case JsonString text:
                WriteString(Utf8.GetBytes(text.Value), output, anyCharacter);
                break;
            case JsonInteger number:
                if (number.Value is < -MaxInteger or > MaxInteger)
                {
                    throw new ArgumentException("an integer is beyond 2^53 - 1", nameof(value));
                }

                output.Write(Utf8.GetBytes(number.Value.ToString(CultureInfo.InvariantCulture)));
                break;
            case JsonLiteral literal:
                output.Write(Utf8.GetBytes(literal.Text));
                break;
            default:
                throw new ArgumentException("not a value of canonical JSON", nameof(value));
        }
    }

    private static void WriteObject(JsonObject map, ArrayBufferWriter<byte> output, bool anyCharacter)
    {
        // Sorted by code point, which is the order of the UTF-8 bytes, not of UTF-16 units.
        var members = map.Members.Select(m => (Name: Utf8.GetBytes(m.Key), m.Value)).ToArray();
        Array.Sort(members, (a, b) => a.Name.AsSpan().SequenceCompareTo(b.Name));
        output.Write("{"u8);
        for (int i = 0; i < members.Length; i++)
        {
            if (i > 0)
            {
                output.Write(","u8);
            }

            WriteString(members[i].Name, output, anyCharacter);
            output.Write(":"u8);
            Write(members[i].Value, output, anyCharacter);
        }

        output.Write("}"u8);
    }

    private static void WriteString(ReadOnlySpan<byte> utf8, ArrayBufferWriter<byte> output, bool anyCharacter)
    {
        output.Write("\""u8);
        foreach (byte b in utf8)
        {
            if (b < 0x20 && b != LineFeed && !anyCharacter)
            {
                throw new ArgumentException("a string has a control character");
            }

            if (b is (byte)'"' or (byte)'\\')
            {
                output.Write("\\"u8);
            }

            output.Write([b]);
        }

        output.Write("\""u8);
    }
}
