using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gatekeeper.Update.Status;

/// <summary>What a person at the device is asked for.</summary>
[JsonConverter(typeof(AskKindConverter))]
public enum AskKind
{
    /// <summary>A press of a button.</summary>
    Button,

    /// <summary>A PIN.</summary>
    Pin,
}

/// <summary>A question to a person at the device: whether the verified release shall be installed. Never holds a digit of a PIN.</summary>
/// <param name="Kind">What is asked for.</param>
/// <param name="Digits">Digits typed so far, 0 to 12; dots on a screen.</param>
/// <param name="SecondsLeft">Seconds until the question ends by itself.</param>
/// <param name="Wrong">The PIN typed last was wrong.</param>
/// <param name="TriesLeft">PINs that may be typed before a wait, 1 to 3; for a button 0.</param>
/// <param name="WaitSeconds">Above 0: so many seconds until a PIN may be typed again.</param>
public sealed record StatusAsk(AskKind Kind, int Digits, int SecondsLeft, bool Wrong, int TriesLeft, int WaitSeconds);

internal sealed class AskKindConverter() : JsonStringEnumConverter<AskKind>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false);
