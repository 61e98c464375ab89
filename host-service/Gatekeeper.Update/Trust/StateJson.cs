using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Gatekeeper.Release;

namespace Gatekeeper.Update;

/// <summary>The payload of a record area: JSON, every key named, unknown and double keys refused.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    AllowDuplicateProperties = false,
    UseStringEnumConverter = true,
    MaxDepth = 8,
    Converters = [typeof(BytesConverter), typeof(VersionConverter)])]
[JsonSerializable(typeof(StateContent))]
[JsonSerializable(typeof(StateHead))]
internal sealed partial class StateJson : JsonSerializerContext
{
    /// <summary>For a payload of a newer format that this reader may read: unknown keys are skipped. Made when first asked for, because the
    /// generated part's statics may come later than this part's.</summary>
    public static StateJson OfNewer => field ??= new(new JsonSerializerOptions(Default.Options) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip });
}

/// <summary>The two numbers that are read first, whatever else the payload holds.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
internal sealed record StateHead
{
    public required int Format { get; init; }

    public required int MinReader { get; init; }
}

/// <summary>Bytes as base64.</summary>
internal sealed class BytesConverter : JsonConverter<ImmutableArray<byte>>
{
    public override ImmutableArray<byte> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => [.. reader.GetBytesFromBase64()];

    public override void Write(Utf8JsonWriter writer, ImmutableArray<byte> value, JsonSerializerOptions options) => writer.WriteBase64StringValue(value.AsSpan());
}

/// <summary>Versions as <c>4.2.1</c>.</summary>
internal sealed class VersionConverter : JsonConverter<ReleaseVersion>
{
    public override ReleaseVersion Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        ReleaseVersion.TryParse(reader.GetString(), out ReleaseVersion version) ? version : throw new JsonException("not a version");

    public override void Write(Utf8JsonWriter writer, ReleaseVersion value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
