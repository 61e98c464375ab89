using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Gatekeeper.Release;

/// <summary>A version of a product: three numbers, compared left to right. Written <c>4.2.1</c>, nothing else is accepted.</summary>
/// <param name="Major">0 to 65,535.</param>
/// <param name="Minor">0 to 65,535.</param>
/// <param name="Patch">0 to 65,535.</param>
public readonly record struct ReleaseVersion(ushort Major, ushort Minor, ushort Patch) : IComparable<ReleaseVersion>
{
    /// <summary>Reads <c>4.2.1</c>: decimal digits without sign, space or leading zero, exactly three parts.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out ReleaseVersion version)
    {
        version = default;
        if (text is null || text.Length > 17)
        {
            return false;
        }

        string[] parts = text.Split('.');
        if (parts.Length != 3)
        {
            return false;
        }

        Span<ushort> numbers = stackalloc ushort[3];
        for (int i = 0; i < 3; i++)
        {
            string part = parts[i];
            if (!ushort.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i]) || (part.Length > 1 && part[0] == '0'))
            {
                return false;
            }
        }

        version = new ReleaseVersion(numbers[0], numbers[1], numbers[2]);
        return true;
    }

    /// <inheritdoc/>
    public int CompareTo(ReleaseVersion other) => (Major, Minor, Patch).CompareTo((other.Major, other.Minor, other.Patch));

    /// <summary>Older than.</summary>
    public static bool operator <(ReleaseVersion left, ReleaseVersion right) => left.CompareTo(right) < 0;

    /// <summary>Newer than.</summary>
    public static bool operator >(ReleaseVersion left, ReleaseVersion right) => left.CompareTo(right) > 0;

    /// <summary>Older than or the same.</summary>
    public static bool operator <=(ReleaseVersion left, ReleaseVersion right) => left.CompareTo(right) <= 0;

    /// <summary>Newer than or the same.</summary>
    public static bool operator >=(ReleaseVersion left, ReleaseVersion right) => left.CompareTo(right) >= 0;

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}.{Patch}");
}
