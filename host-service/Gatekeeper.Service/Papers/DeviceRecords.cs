using System.Text;
using System.Text.Json;
using Gatekeeper.Release;
using Gatekeeper.Release.Permits;
using Gatekeeper.Release.Tuf;
using Gatekeeper.Update;

namespace Gatekeeper.Service.Papers;

/// <summary>The facts of a device, from the file of the production line or from a permit, as the state keeps them.</summary>
internal static class DeviceRecords
{
    /// <summary>The facts of a <c>device.json</c>.</summary>
    /// <exception cref="ConfigurationException">Its site root is not one.</exception>
    internal static DeviceRecord Of(DeviceFile file) => new()
    {
        Id = file.Id,
        Model = file.Model,
        HardwareRevision = file.HardwareRevision,
        Keys = file.Keys,
        SiteRoot = SiteRootOf(file.SiteRoot),
    };

    /// <summary>The facts of a permit, whose parts were checked when it was verified.</summary>
    internal static DeviceRecord Of(PermitDevice facts) => new()
    {
        Id = facts.Id,
        Model = facts.Model,
        HardwareRevision = facts.HardwareRevision,
        Keys = [.. facts.KeyTexts.Select(ParseKey)],
        SiteRoot = facts.SiteRoot is { } root ? [.. root] : null,
    };

    /// <summary>Whether two devices are one.</summary>
    internal static bool Same(DeviceRecord left, DeviceRecord right) =>
        left.Id == right.Id && left.Model == right.Model && left.HardwareRevision == right.HardwareRevision
        && left.Keys.Length == right.Keys.Length && left.Keys.Zip(right.Keys).All(pair => JsonElement.DeepEquals(pair.First, pair.Second))
        && left.SiteRoot.AsSpan().SequenceEqual(right.SiteRoot);

    private static JsonElement ParseKey(string text)
    {
        using JsonDocument document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }

    private static byte[]? SiteRootOf(JsonElement? json)
    {
        if (json is not { ValueKind: not JsonValueKind.Null } root)
        {
            return null;
        }

        try
        {
            // What is signed is the canonical form; a device.json may have been laid out anew on its way.
            byte[] bytes = CanonicalJson.Write(RepositoryJson.Parse(Encoding.UTF8.GetBytes(root.GetRawText())));
            return [.. SiteRoot.ParseFirst(bytes).File];
        }
        catch (RefusedException refused)
        {
            throw new ConfigurationException($"device.json: site_root: {refused.Detail}");
        }
        catch (ArgumentException noForm)
        {
            throw new ConfigurationException($"device.json: site_root: {noForm.Message}");
        }
    }
}
