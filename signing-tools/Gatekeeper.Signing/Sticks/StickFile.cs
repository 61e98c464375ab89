using Gatekeeper.Release;

namespace Gatekeeper.Signing.Sticks;

/// <summary>One file to put on a stick: a name and a range of a source file.</summary>
/// <param name="Name">A name that devices look for: ASCII.</param>
/// <param name="Source">The file it comes from.</param>
/// <param name="Offset">Its first byte there.</param>
/// <param name="Length">Its bytes.</param>
internal sealed record StickFile(string Name, FileStream Source, long Offset, long Length)
{
    /// <summary>The largest file FAT can hold: its directory entry has 32 bits for the size.</summary>
    internal const long FatMaximum = 0xFFFF_FFFF;

    /// <summary>Bytes of a part file: the largest FAT allows, rounded down to whole MiB so that parts begin where reading is fast.</summary>
    internal const long PartLength = 0xFFF0_0000;

    /// <summary>The files a release of this length becomes: itself, or part files <c>name.gku</c>, <c>name.gku.2</c>, ... (DESIGN §5) where the file system cannot hold it.</summary>
    internal static IReadOnlyList<StickFile> Split(string name, FileStream source, long maximum, long partLength = PartLength)
    {
        CheckName(name);
        if (source.Length <= maximum)
        {
            return [new StickFile(name, source, 0, source.Length)];
        }

        var parts = new List<StickFile>();
        for (long offset = 0; offset < source.Length; offset += partLength)
        {
            string part = parts.Count == 0 ? name : $"{name}.{parts.Count + 1}";
            parts.Add(new StickFile(part, source, offset, Math.Min(partLength, source.Length - offset)));
        }

        return parts.Count <= Limits.MaxReleaseFiles
            ? parts
            : throw new ToolException(ExitCode.Output, $"{name} would need {parts.Count} part files, devices read {Limits.MaxReleaseFiles}", "use --fs exfat: one file");
    }

    // The names a device looks at: anything else on a stick would be passed over in silence.
    private static void CheckName(string name)
    {
        const int PartSuffix = 3; // room for .99
        bool plain = name.Length <= Limits.MaxReleaseNameLength - PartSuffix && name.Length > 4 && name[0] is not (' ' or '.')
            && name.All(c => char.IsAsciiLetterOrDigit(c) || " ._-+()~".Contains(c, StringComparison.Ordinal));
        if (!plain || !name.EndsWith(".gku", StringComparison.Ordinal))
        {
            throw new ToolException(ExitCode.Input, $"{name} is not a name that devices look for", "name it like pm200-2.0.0.gku: letters, digits, '.', '-' and '_'");
        }
    }
}
