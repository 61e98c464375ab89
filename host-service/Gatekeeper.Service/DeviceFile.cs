using System.Collections.Immutable;
using System.Text.Json;
using Gatekeeper.Update.Status;

namespace Gatekeeper.Service;

/// <summary>
/// <c>device.json</c>: what is true of one device and of no other. Handed over once by <c>gatekeeper provision</c>, kept in the
/// state partition (DESIGN §6). The schema for editors is <c>schemas/device.schema.json</c>; a test keeps the two the same.
/// </summary>
public sealed record DeviceFile
{
    /// <summary>Format of this file; 1.</summary>
    public required int Format { get; init; }

    /// <summary>The device's own id, for example its serial number; 1 to 64 of letters, digits, dot, dash, underscore.</summary>
    public required string Id { get; init; }

    /// <summary>Model, 1 to 32 of the same characters.</summary>
    public required string Model { get; init; }

    /// <summary>Hardware revision, 1 to 16 of the same characters.</summary>
    public required string HardwareRevision { get; init; }

    /// <summary>Public keys of this device, kept for receipts; may be empty.</summary>
    public ImmutableArray<JsonElement> Keys { get; set; } = [];

    /// <summary>The hospital's root as <c>gatekeeper-sign site init</c> made it, or null when releases need no approval (FORMAT.md §11).</summary>
    public JsonElement? SiteRoot { get; set; }

    /// <summary>Language of the screen of this device, one of <see cref="StatusLanguage.All"/>; null: as <c>policy.json</c> says. The one
    /// member that is no fact: it may be set again (<see cref="Control.LanguageDesk"/>).</summary>
    public string? Language { get; set; }

    /// <summary>What releases name: model and revision, joined by a dash.</summary>
    internal string HardwareId => $"{Model}-{HardwareRevision}";

    /// <summary>Reads it and checks every value.</summary>
    /// <exception cref="ConfigurationException">It is not a device.json of format 1; the message names the member.</exception>
    public static DeviceFile Parse(ReadOnlySpan<byte> json)
    {
        DeviceFile device = ConfigurationFile.Read(json, "device.json", ConfigurationJson.Default.DeviceFile);
        ConfigurationFile.Require(device.Format == 1, "device.json: format is not 1");
        ConfigurationFile.Require(IsName(device.Id, 64), "device.json: id is not 1 to 64 letters, digits, dots, dashes or underscores");
        ConfigurationFile.Require(IsName(device.Model, 32), "device.json: model is not 1 to 32 letters, digits, dots, dashes or underscores");
        ConfigurationFile.Require(IsName(device.HardwareRevision, 16), "device.json: hardware_revision is not 1 to 16 letters, digits, dots, dashes or underscores");
        ConfigurationFile.Require(!device.Keys.IsDefault && device.Keys.Length <= 8, "device.json: more than 8 keys");
        ConfigurationFile.Require(device.SiteRoot is null or { ValueKind: JsonValueKind.Null or JsonValueKind.Object }, "device.json: site_root is neither null nor a site root");
        ConfigurationFile.Require(device.Language is null || StatusLanguage.All.Contains(device.Language), $"device.json: language is none of {string.Join(", ", StatusLanguage.All)}");
        return device;
    }

    private static bool IsName(string text, int most)
    {
        return text.Length >= 1 && text.Length <= most && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');
    }
}
