using System.Collections.Immutable;
using System.Globalization;
using Gatekeeper.Stick.FileSystems;

namespace Gatekeeper.Service.Sticks;

/// <summary>Which files of a stick make up which release: <c>name.gku</c>, then <c>name.gku.2</c>, <c>name.gku.3</c>, ... without a gap (DESIGN §5).</summary>
internal static class ReleaseFiles
{
    /// <summary>One entry a release, its part files in order. Part files without a first one belong to nothing and are left out.</summary>
    internal static ImmutableArray<ImmutableArray<StickFile>> Group(IReadOnlyList<StickFile> files)
    {
        var byName = new Dictionary<string, StickFile>(StringComparer.OrdinalIgnoreCase);
        foreach (StickFile file in files)
        {
            // FAT and exFAT cannot hold a name twice in a folder; a stick that does is lying, and the first one is taken.
            byName.TryAdd(file.Name, file);
        }

        var groups = ImmutableArray.CreateBuilder<ImmutableArray<StickFile>>();
        foreach (StickFile first in byName.Values.Where(f => f.Name.EndsWith(".gku", StringComparison.OrdinalIgnoreCase)))
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
}
