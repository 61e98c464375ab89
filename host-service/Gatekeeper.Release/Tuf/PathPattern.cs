using System.Buffers;

namespace Gatekeeper.Release.Tuf;

/// <summary>
/// Patterns of target paths (TUF 1.0.34 §4.5, PATHPATTERN; glob(7)): <c>*</c> is any number of characters, <c>?</c> is one, <c>[a-c]</c> and <c>[!a-c]</c>
/// are one of a set; none of them is <c>/</c>. Upper and lower case differ. A <c>[</c> that nothing closes is itself. Takes time in
/// proportion to pattern times path, whatever the pattern.
/// </summary>
internal static class PathPattern
{
    private static readonly SearchValues<char> NotPlain = SearchValues.Create("[]\\");

    /// <summary>Whether the pattern has no wildcard but <c>*</c> and <c>?</c>: the only ones that all TUF clients read alike.</summary>
    public static bool IsPlain(string pattern) => pattern.Length > 0 && !pattern.AsSpan().ContainsAny(NotPlain);

    /// <summary>Whether the pattern matches the whole path.</summary>
    public static bool Matches(string pattern, string path)
    {
        string[] patterns = pattern.Split('/');
        string[] names = path.Split('/');
        return patterns.Length == names.Length && patterns.Zip(names).All(pair => MatchesName(pair.First, pair.Second));
    }

    // The usual loop: on a mismatch go back to the last "*" and let it take one character more.
    private static bool MatchesName(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name)
    {
        int p = 0;
        int n = 0;
        int star = -1;
        int starName = 0;
        while (n < name.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = p++;
                starName = n;
            }
            else if (p < pattern.Length && MatchesOne(pattern, p, name[n], out int used))
            {
                p += used;
                n++;
            }
            else if (star >= 0)
            {
                p = star + 1;
                n = ++starName;
            }
            else
            {
                return false;
            }
        }

        return !pattern[p..].ContainsAnyExcept('*');
    }

    private static bool MatchesOne(ReadOnlySpan<char> pattern, int at, char c, out int used)
    {
        used = 1;
        if (pattern[at] != '[')
        {
            return pattern[at] == '?' || pattern[at] == c;
        }

        int first = at + 1;
        bool negated = first < pattern.Length && pattern[first] is '!' or '^';
        first += negated ? 1 : 0;

        // A "]" that stands first is one of the set.
        int length = first + 1 <= pattern.Length ? pattern[(first + 1)..].IndexOf(']') : -1;
        if (length < 0)
        {
            return c == '[';
        }

        int end = first + 1 + length;
        used = end + 1 - at;
        return InSet(pattern[first..end], c) != negated;
    }

    private static bool InSet(ReadOnlySpan<char> set, char c)
    {
        for (int i = 0; i < set.Length; i++)
        {
            if (i + 2 < set.Length && set[i + 1] == '-')
            {
                if (c >= set[i] && c <= set[i + 2])
                {
                    return true;
                }

                i += 2;
            }
            else if (set[i] == c)
            {
                return true;
            }
        }

        return false;
    }
}
