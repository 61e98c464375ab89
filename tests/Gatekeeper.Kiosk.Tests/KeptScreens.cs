using System.Collections.Immutable;

namespace Gatekeeper.Kiosk.Tests;

/// <summary>
/// The pictures of every page that are kept with the sources: taken by the rig from a guest's real screen, compared with what is drawn now,
/// and shown to people in SCREENS.md.
/// </summary>
internal static class KeptScreens
{
    /// <summary>Set to 1, the rig's test writes the pictures anew, and the kiosk's test SCREENS.md, instead of comparing.</summary>
    internal const string UpdateVariable = "GATEKEEPER_UPDATE_SCREENS";

    /// <summary>How many of a thousand pixels may differ visibly before a picture is another one: less than for one other letter or digit, which a test counts.</summary>
    internal const double TolerancePerMille = 0.05;

    /// <summary>From left to right, from right to left, and with thousands of characters.</summary>
    internal static readonly ImmutableArray<string> Languages = ["en", "ar", "ja"];

    internal static bool Updating => Environment.GetEnvironmentVariable(UpdateVariable) == "1";

    /// <summary>Where a picture lies, below the repository.</summary>
    internal static string Path(string language, int width, int height, string page) => $"host-service/Gatekeeper.Kiosk/Screens/{language}/{width}x{height}/{page}.png";
}
