namespace Gatekeeper.Kiosk.Strings;

/// <summary>
/// Keeps what is put into a page (names, versions, codes) apart from the text around it: a name in another script is shown as it is,
/// and can neither turn the words beside it around nor be turned by them (UAX #9 §2.7).
/// </summary>
internal static class Bidi
{
    private const char FirstStrongIsolate = '\u2068';
    private const char PopDirectionalIsolate = '\u2069';

    // Hebrew begins here; every character below runs from left to right or takes the direction of what is around it.
    private const char FirstOfRightToLeft = '\u0590';

    /// <summary>The value as it may stand in a page. It holds no isolate of its own: the status socket refuses those.</summary>
    internal static string Isolated(string value, bool rightToLeft) => IsSafe(value, rightToLeft)
        ? value
        : $"{FirstStrongIsolate}{value}{PopDirectionalIsolate}";

    // Plain digits stay as they are, so that a sign of per cent or a unit keeps its place beside them.
    private static bool IsSafe(string value, bool rightToLeft) =>
        rightToLeft ? value.All(char.IsAsciiDigit) : value.All(c => c < FirstOfRightToLeft);
}
