using System.Globalization;
using System.Text;

namespace Gatekeeper.Release.Tuf;

/// <summary>The names of a repository's files, as parts of a URL below its base (TUF 1.0.34 §5.3.3, §5.5.1, §5.6.1, §5.7.3, §6.2).</summary>
public static class RepositoryNames
{
    /// <summary>The timestamp. It alone never carries a version.</summary>
    public const string Timestamp = "timestamp.json";

    /// <summary>Root <paramref name="version"/>. Roots always carry their version.</summary>
    public static string Root(int version) => string.Create(CultureInfo.InvariantCulture, $"{version}.root.json");

    /// <summary>Any other role. Its name becomes one segment of the path, whatever is in it.</summary>
    /// <param name="role">The role's name.</param>
    /// <param name="version">The version that the snapshot or the timestamp names.</param>
    /// <param name="consistent"><see cref="RootMetadata.ConsistentSnapshot"/>.</param>
    public static string Role(string role, long version, bool consistent) =>
        string.Create(CultureInfo.InvariantCulture, $"{(consistent ? $"{version}." : "")}{Uri.EscapeDataString(role)}.json");

    /// <summary>A target. With consistent snapshots the hash stands before the last part of its path.</summary>
    /// <param name="targetPath">The target's path, which may have folders.</param>
    /// <param name="target">What the metadata says of it; SHA-256 is preferred.</param>
    /// <param name="consistent"><see cref="RootMetadata.ConsistentSnapshot"/>.</param>
    public static string Target(string targetPath, TargetFile target, bool consistent)
    {
        ArgumentNullException.ThrowIfNull(targetPath);
        ArgumentNullException.ThrowIfNull(target);
        string prefix = consistent ? $"{target.Sha256 ?? target.Sha512}." : "";
        int name = targetPath.LastIndexOf('/') + 1;
        return Escape(targetPath[..name]) + prefix + Escape(targetPath[name..]);
    }

    // TUF 1.0.34 §4.5: a target path is a "path-relative-URL string", so what may stand in a path stays, escapes that are there already too.
    private static string Escape(string path)
    {
        var text = new StringBuilder();
        byte[] bytes = Encoding.UTF8.GetBytes(path);
        for (int i = 0; i < bytes.Length; i++)
        {
            char c = (char)bytes[i];
            bool isEscape = c == '%' && i + 2 < bytes.Length && char.IsAsciiHexDigit((char)bytes[i + 1]) && char.IsAsciiHexDigit((char)bytes[i + 2]);
            bool stays = isEscape || char.IsAsciiLetterOrDigit(c) || "-._~!$&'()*+,;=:@/".Contains(c, StringComparison.Ordinal);
            text.Append(stays ? c : $"%{bytes[i]:X2}");
        }

        return text.ToString();
    }
}
