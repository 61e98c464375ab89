namespace Gatekeeper.Linux.Screen;

/// <summary>The language of a page: which way it runs, how its lines break and which shapes its characters have.</summary>
/// <param name="Language">Language tag (RFC 5646), for example <c>zh-Hans</c>.</param>
/// <param name="RightToLeft">True for a script that is read from right to left: the whole page is mirrored.</param>
public readonly record struct TextLocale(string Language, bool RightToLeft)
{
    /// <summary>What a program draws in that has no languages.</summary>
    public static TextLocale English { get; } = new("en", RightToLeft: false);
}
