using System.Collections.Immutable;
using Gatekeeper.Release;

namespace Gatekeeper.Stick.FileSystems;

/// <summary>What one volume has to offer, bounded, no name twice.</summary>
internal sealed class ReleaseFiles
{
    private readonly List<StickFile> files = [];

    /// <summary>The files so far, in directory order.</summary>
    public IReadOnlyList<StickFile> All => files;

    /// <summary>Adds a file.</summary>
    /// <param name="name">Its own name; <see cref="ReleaseName.IsValid"/> said yes.</param>
    /// <param name="inFolder">True when it lies in <see cref="ReleaseName.Folder"/>.</param>
    /// <param name="length">Bytes.</param>
    /// <param name="walk">Follows its clusters; called once, when the name is accepted.</param>
    /// <exception cref="RefusedException">A file too many, the same name twice, or what the walk refuses.</exception>
    public void Add(string name, bool inFolder, long length, Func<ImmutableArray<Extent>> walk)
    {
        if (inFolder)
            name = $"{ReleaseName.Folder}/{name}";

        // Both file systems compare names without case and forbid two alike in a directory (fatgen103 "Name limits", exFAT 1.00 §7.7).
        Damage.Unless(!files.Exists(file => file.Name.Equals(name, StringComparison.OrdinalIgnoreCase)), "two release files of one name");
        Damage.Unless(files.Count < Limits.MaxReleaseFiles, $"more than {Limits.MaxReleaseFiles} release files (our limit)");
        files.Add(new StickFile(name, length, walk()));
    }
}
