using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Gatekeeper.Service;

/// <summary>A file of our own image, or one an administrator hands us, is wrong.</summary>
/// <param name="message">The file, the member and what is wrong with it.</param>
public sealed class ConfigurationException(string message) : Exception(message);

/// <summary>Reading of small JSON files with one way to say what is wrong.</summary>
internal static class ConfigurationFile
{
    /// <summary>Largest configuration file, bytes. Ours; the largest reference one is under 1 KiB.</summary>
    internal const int MaxBytes = 64 * 1024;

    /// <summary>Reads one value that fills the file.</summary>
    /// <exception cref="ConfigurationException">Not that, or larger than <see cref="MaxBytes"/>.</exception>
    internal static T Read<T>(ReadOnlySpan<byte> json, string name, JsonTypeInfo<T> type)
        where T : class
    {
        Require(json.Length <= MaxBytes, $"{name}: larger than {MaxBytes} bytes");
        try
        {
            return JsonSerializer.Deserialize(json, type) ?? throw new ConfigurationException($"{name}: holds null");
        }
        catch (JsonException e)
        {
            throw new ConfigurationException($"{name}: {e.Message}");
        }
    }

    internal static void Require([DoesNotReturnIf(false)] bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new ConfigurationException(otherwise);
        }
    }
}
