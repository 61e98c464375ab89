using Gatekeeper.Release;

namespace Gatekeeper.Stick.FileSystems;

/// <summary>Which names a release file may have on a stick. Everything else on the stick is not looked at.</summary>
public static class ReleaseName
{
    /// <summary>The folder beside the root directory in which releases are looked for.</summary>
    public const string Folder = "gatekeeper";

    /// <summary>End of the name of a release.</summary>
    public const string Release = ".gku";

    /// <summary>End of the name of a file of roots.</summary>
    public const string Roots = ".gkr";

    /// <summary>End of the name of a site's approval.</summary>
    public const string Approval = ".gka";

    /// <summary>End of the name of a permit.</summary>
    public const string Permit = ".gkp";

    private const string Marks = " ._-+()~";

    /// <summary>
    /// True for a plain name that ends in <c>.gku</c>, <c>.gku.N</c> with N from 2 to 99, <c>.gkr</c> (roots), <c>.gka</c> (a site's
    /// approval) or <c>.gkp</c> (a permit), upper or lower case. Names that start with a dot are not releases: macOS puts a <c>._name</c> beside every file it copies.
    /// </summary>
    /// <param name="name">The name alone, without a folder. Only ASCII letters, digits and <c> ._-+()~</c> pass,
    /// so it can stand in a log line or on a screen as it is.</param>
    public static bool IsValid(ReadOnlySpan<char> name)
    {
        if (name.Length is 0 or > Limits.MaxReleaseNameLength || name[0] == '.')
            return false;
        foreach (char c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && !Marks.Contains(c))
                return false;
        }

        ReadOnlySpan<char> stem = WithoutPartNumber(name, out bool isPart);
        return HasStemAnd(Release, stem) || (!isPart && (HasStemAnd(Roots, stem) || HasStemAnd(Approval, stem) || HasStemAnd(Permit, stem)));
    }

    /// <summary>True for a release or a part of one, false for the small files beside them.</summary>
    /// <param name="name">A name that <see cref="IsValid"/> accepts, with or without its folder.</param>
    public static bool IsRelease(string name) => HasStemAnd(Release, WithoutPartNumber(name, out _));

    private static bool HasStemAnd(string suffix, ReadOnlySpan<char> name) =>
        name.Length > suffix.Length && name.EndsWith(suffix, StringComparison.OrdinalIgnoreCase);

    private static ReadOnlySpan<char> WithoutPartNumber(ReadOnlySpan<char> name, out bool isPart)
    {
        int dot = name.LastIndexOf('.');
        ReadOnlySpan<char> number = name[(dot + 1)..];
        isPart = dot > 0 && number switch
        {
            [>= '2' and <= '9'] => true,
            [>= '1' and <= '9', >= '0' and <= '9'] => true,
            _ => false,
        };
        return isPart ? name[..dot] : name;
    }
}
