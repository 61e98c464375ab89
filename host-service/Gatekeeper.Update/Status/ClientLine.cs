using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gatekeeper.Update.Status;

/// <summary>A line that the app or the kiosk sends. Who may send it is decided by the socket's peer uid, never by the line.</summary>
public abstract record ClientLine;

/// <summary>The first line of a client.</summary>
/// <param name="Role">What it is.</param>
public sealed record Hello(ClientRole Role) : ClientLine;

/// <summary>From the app: it wants, or no longer wants, the in-use lease (I15).</summary>
/// <param name="Want">Take or give.</param>
public sealed record LeaseWish(LeaseWant Want) : ClientLine;

/// <summary>From the app: the result of its self check. Sent again it replaces the earlier answer.</summary>
/// <param name="Ok">True when healthy.</param>
public sealed record HealthAnswer(bool Ok) : ClientLine;

/// <summary>From the app: it has dropped DRM master.</summary>
public sealed record ScreenGiven : ClientLine;

/// <summary>From the kiosk: it has closed the card.</summary>
public sealed record ScreenReturned : ClientLine;

/// <summary>What a client is.</summary>
[JsonConverter(typeof(ClientRoleConverter))]
public enum ClientRole
{
    /// <summary>The device's own program.</summary>
    App,

    /// <summary>gatekeeper-kiosk.</summary>
    Kiosk,
}

/// <summary>What an app asks of the in-use lease.</summary>
[JsonConverter(typeof(LeaseWantConverter))]
public enum LeaseWant
{
    /// <summary>The device is in use from now on.</summary>
    Take,

    /// <summary>The device is no longer in use.</summary>
    Give,
}

internal sealed class ClientRoleConverter() : JsonStringEnumConverter<ClientRole>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false);

internal sealed class LeaseWantConverter() : JsonStringEnumConverter<LeaseWant>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false);
