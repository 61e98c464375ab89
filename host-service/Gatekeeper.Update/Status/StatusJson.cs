using System.Text.Json.Serialization;

namespace Gatekeeper.Update.Status;

/// <summary>The head every line has.</summary>
internal sealed record LineHead(string Type, int? Format = null);

// Unknown members are skipped, so that format 1 can grow; a member given twice is not, because two readers could then disagree.
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    AllowDuplicateProperties = false,
    MaxDepth = 4)]
[JsonSerializable(typeof(LineHead))]
[JsonSerializable(typeof(StatusMessage))]
[JsonSerializable(typeof(LeaseAnswer))]
[JsonSerializable(typeof(Hello))]
[JsonSerializable(typeof(LeaseWish))]
[JsonSerializable(typeof(HealthAnswer))]
internal sealed partial class StatusJson : JsonSerializerContext;
