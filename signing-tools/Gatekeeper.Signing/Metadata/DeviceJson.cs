using System.Collections.Immutable;
using System.Text.Json;
using Gatekeeper.Release;
using Gatekeeper.Release.Permits;
using JsonArray = Gatekeeper.Release.JsonArray;
using JsonObject = Gatekeeper.Release.JsonObject;
using JsonValue = Gatekeeper.Release.JsonValue;

namespace Gatekeeper.Signing.Metadata;

/// <summary><c>device.json</c>, any JSON: its facts in the canonical form that a permit carries. Whether their values are good, the permit's own reader says.</summary>
internal static class DeviceJson
{
    private const int MaxBytes = 64 * 1024;
    private static readonly string[] Members = ["format", "id", "model", "hardware_revision", "keys", "site_root"];

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="siteRoot">A site root that is given beside it, or null.</param>
    /// <exception cref="ToolException">It is no device.json.</exception>
    internal static PermitDevice Read(string path, ImmutableArray<byte>? siteRoot)
    {
        try
        {
            using var document = JsonDocument.Parse(InputFile.ReadBytes(path, MaxBytes, "a device.json"));
            if (Canonical(document.RootElement) is not JsonObject map || map["format"] is not JsonInteger { Value: 1 } || map.Members.Keys.Except(Members).FirstOrDefault() is not null)
            {
                throw Bad(path, $"format must be 1, and its members are {string.Join(", ", Members)}");
            }

            _ = CanonicalJson.Write(map); // throws what has no canonical form: control characters, numbers beyond 2^53
            if (map["site_root"] is JsonObject && siteRoot is not null)
            {
                throw new ToolException(ExitCode.Usage, $"{path} has a site root, and --site-root names another", "give one of them");
            }

            return new PermitDevice
            {
                Id = Text(path, map, "id"),
                Model = Text(path, map, "model"),
                HardwareRevision = Text(path, map, "hardware_revision"),
                Keys = map["keys"] switch
                {
                    null => [],
                    JsonArray keys when keys.Items.All(k => k is JsonObject) => [.. keys.Items.Cast<JsonObject>()],
                    _ => throw Bad(path, "keys must be objects"),
                },
                SiteRoot = map["site_root"] is JsonObject root ? [.. CanonicalJson.Write(root)] : siteRoot,
            };
        }
        catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException)
        {
            throw Bad(path, e.Message.TrimEnd('.'));
        }
    }

    private static string Text(string path, JsonObject map, string name) => map[name] is JsonString text ? text.Value : throw Bad(path, $"{name} must be a text");

    private static JsonValue Canonical(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => new JsonObject([.. element.EnumerateObject().Select(p => (p.Name, Canonical(p.Value)))]),
        JsonValueKind.Array => new JsonArray([.. element.EnumerateArray().Select(Canonical)]),
        JsonValueKind.String => new JsonString(element.GetString()!),
        JsonValueKind.Number => element.TryGetInt64(out long number) ? new JsonInteger(number) : throw new ArgumentException("numbers must be whole"),
        JsonValueKind.True => JsonLiteral.True,
        JsonValueKind.False => JsonLiteral.False,
        _ => JsonLiteral.Null,
    };

    private static ToolException Bad(string path, string why) =>
        new(ExitCode.Input, $"{path} is no device.json: {why}", "its schema is host-service/Gatekeeper.Service/schemas/device.schema.json");
}
