namespace Gatekeeper.Linux.Screen;

/// <summary>
/// Which fonts a text is drawn with, by name, so that no rule of the machine's font configuration has a say. The first that has a
/// character is used: one family that is made to be read, the same family's fonts for the other scripts, then DejaVu for signs.
/// The "UI" fonts have the line height of Noto Sans; Noto Sans Arabic's own is half as much again.
/// </summary>
internal static class FontFamilies
{
    private const string Chinese = "Noto Sans CJK SC";
    private const string Japanese = "Noto Sans CJK JP";
    private const string Korean = "Noto Sans CJK KR";

    /// <summary>The families for a page in this language, as Pango takes them.</summary>
    internal static string Of(string language)
    {
        // One character has three shapes in Chinese, Japanese and Korean print (Unicode 16.0 §18.1, Han unification): the page's own first.
        string east = language switch
        {
            "ja" => $"{Japanese}, {Chinese}, {Korean}",
            "ko" => $"{Korean}, {Chinese}, {Japanese}",
            _ => $"{Chinese}, {Japanese}, {Korean}",
        };
        return $"Noto Sans, Noto Sans Arabic UI, Noto Sans Hebrew, Noto Sans Thai UI, Noto Sans Devanagari UI, {east}, DejaVu Sans, sans-serif";
    }
}
