using System.Collections.Immutable;

namespace Gatekeeper.Update.Status;

/// <summary>
/// The languages that <c>policy.json</c>, <c>device.json</c> and <c>gatekeeper language</c> may choose: those the kiosk has all texts of. Named here and not in the kiosk, because the
/// service refuses a wrong policy at its start and does not know the kiosk; a test of the kiosk compares the two.
/// </summary>
public static class StatusLanguage
{
    /// <summary>What a device speaks whose policy and own setting say nothing, and what the kiosk falls back to.</summary>
    public const string Default = "en";

    /// <summary>Language tags (RFC 5646), in order.</summary>
    public static ImmutableArray<string> All { get; } =
        ["ar", "de", "el", "en", "es", "fr", "he", "hi", "it", "ja", "ko", "pl", "pt", "ru", "th", "zh-Hans"];
}
