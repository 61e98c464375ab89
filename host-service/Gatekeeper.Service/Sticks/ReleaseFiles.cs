using System.Collections.Immutable;
using System.Globalization;
using Gatekeeper.Stick.FileSystems;

namespace Gatekeeper.Service.Sticks;

/// <summary>Which files of a stick make up which release: <c>name.gku</c>, then <c>name.gku.2</c>, <c>name.gku.3</c>, ... without a gap (DESIGN §5).</summary>
internal static class ReleaseFiles
{
    /// <summary>One entry a release, its part files in order. Part files without a first one belong to nothing and are left out.</summary>
    internal static ImmutableArray<ImmutableArray<StickFile>> Releases(IReadOnlyList<StickFile> files)
    {
        Dictionary<string, StickFile> byName = ByName(files);
        var groups = ImmutableArray.CreateBuilder<ImmutableArray<StickFile>>();
        foreach (StickFile first in Ending(byName, ReleaseName.Release))
        {
            var parts = ImmutableArray.CreateBuilder<StickFile>();
            parts.Add(first);
            for (int n = 2; byName.TryGetValue(string.Create(CultureInfo.InvariantCulture, $"{first.Name}.{n}"), out StickFile? next); n++)
            {
                parts.Add(next);
            }

            groups.Add(parts.ToImmutable());
        }

        return groups.ToImmutable();
    }

    /// <summary>Every file that holds roots which another file's release may need: files of roots only, and releases when there is more than one.</summary>
    internal static ImmutableArray<ImmutableArray<StickFile>> WithRoots(IReadOnlyList<StickFile> files)
    {
        ImmutableArray<ImmutableArray<StickFile>> roots = [.. Ending(ByName(files), ReleaseName.Roots).Select(f => ImmutableArray.Create(f))];
        ImmutableArray<ImmutableArray<StickFile>> releases = Releases(files);
        return roots.Length + releases.Length > 1 ? [.. roots, .. releases] : roots;
    }

    /// <summary>Every file whose name ends so, each name once.</summary>
    internal static IEnumerable<StickFile> Ending(IReadOnlyList<StickFile> files, string end) => Ending(ByName(files), end);

    // FAT and exFAT cannot hold a name twice in a folder; a stick that does is lying, and the first one is taken.
    private static Dictionary<string, StickFile> ByName(IReadOnlyList<StickFile> files)
    {
        var byName = new Dictionary<string, StickFile>(StringComparer.OrdinalIgnoreCase);
        foreach (StickFile file in files)
        {
            byName.TryAdd(file.Name, file);
        }

        return byName;
    }

    private static IEnumerable<StickFile> Ending(Dictionary<string, StickFile> byName, string end) =>
        byName.Values.Where(f => f.Name.EndsWith(end, StringComparison.OrdinalIgnoreCase));
}
