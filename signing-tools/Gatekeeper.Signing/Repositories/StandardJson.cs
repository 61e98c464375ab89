using System.Text.Json;
using Gatekeeper.Release;
using JsonArray = Gatekeeper.Release.JsonArray;
using JsonObject = Gatekeeper.Release.JsonObject;
using JsonValue = Gatekeeper.Release.JsonValue;

namespace Gatekeeper.Signing.Repositories;

/// <summary>JSON by RFC 8259, as other TUF tools write it, and back. What it means is then written canonically (FORMAT.md §2); devices never read this form.</summary>
internal static class StandardJson
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = Limits.MaxJsonDepth, AllowDuplicateProperties = false };

    /// <summary>Reads a text.</summary>
    /// <exception cref="FormatException">Not JSON, a name twice in one object, or a value that canonical JSON does not have: a number that is no integer below 2^53, a control character other than a line feed.</exception>
    internal static JsonValue Read(ReadOnlyMemory<byte> text)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text, Strict);
            JsonValue value = Convert(document.RootElement);
            _ = CanonicalJson.Write(value); // what cannot be written is said here
            return value;
        }
        catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException)
        {
            throw new FormatException("it is not JSON as TUF has it", e);
        }
    }

    /// <summary>Canonical JSON as other tools read it: the line feeds in PEM keys, which canonical JSON leaves as they are, become <c>\n</c> (RFC 8259 §7, FORMAT.md R-14).</summary>
    internal static byte[] Write(ReadOnlySpan<byte> canonical)
    {
        // A canonical text has line feeds in strings only, and no escape but \" and \\, so no line feed is behind a lone backslash.
        var output = new List<byte>(canonical.Length);
        foreach (byte b in canonical)
        {
            if (b == (byte)'\n')
            {
                output.Add((byte)'\\');
                output.Add((byte)'n');
            }
            else
            {
                output.Add(b);
            }
        }

        return [.. output];
    }

    private static JsonValue Convert(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => new JsonObject(element.EnumerateObject().Select(p => (p.Name, Convert(p.Value)))),
        JsonValueKind.Array => new JsonArray(element.EnumerateArray().Select(Convert)),
        JsonValueKind.String => new JsonString(element.GetString()!),
        JsonValueKind.Number when element.TryGetInt64(out long number) => new JsonInteger(number),
        JsonValueKind.True => JsonLiteral.True,
        JsonValueKind.False => JsonLiteral.False,
        JsonValueKind.Null => JsonLiteral.Null,
        _ => throw new FormatException("it has a number that is no integer"),
    };
}
