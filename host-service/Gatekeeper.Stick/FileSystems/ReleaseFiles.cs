using System.Collections.Immutable;
using Gatekeeper.Release;

namespace Gatekeeper.Stick.FileSystems;

/// <summary>Where one file lies.</summary>
/// <param name="Length">Bytes.</param>
/// <param name="Extents">Its runs in file order.</param>
internal readonly record struct FilePlace(long Length, ImmutableArray<Extent> Extents);

/// <summary>What one volume has to offer, bounded, no name twice. A file whose clusters cannot be followed is left out: it must not spoil a good one beside it.</summary>
internal sealed class ReleaseFiles
{
    private readonly List<StickFile> files = [];
    private int releases;
    private int others;
    private readonly HashSet<string> names = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The files so far that can be read, in directory order.</summary>
    public IReadOnlyList<StickFile> All => files;

    /// <summary>Why the first file that was left out was, or null when none was.</summary>
    public RefusedException? FirstDamage { get; private set; }

    /// <summary>Adds a file.</summary>
    /// <param name="name">Its own name; <see cref="ReleaseName.IsValid"/> said yes.</param>
    /// <param name="inFolder">True when it lies in <see cref="ReleaseName.Folder"/>.</param>
    /// <param name="walk">Follows its clusters; called once, when the name is accepted.</param>
    /// <exception cref="RefusedException">A file too many, or the same name twice.</exception>
    public void Add(string name, bool inFolder, Func<FilePlace> walk)
    {
        if (inFolder)
            name = $"{ReleaseName.Folder}/{name}";

        // Both file systems compare names without case and forbid two alike in a directory (fatgen103 "Name limits", exFAT 1.00 §7.7).
        Damage.Unless(names.Add(name), "two release files of one name");
        ref int count = ref ReleaseName.IsRelease(name) ? ref releases : ref others;
        Damage.Unless(++count <= Limits.MaxReleaseFiles, $"more than {Limits.MaxReleaseFiles} release files, or as many others (our limit)");
        try
        {
            FilePlace place = walk();
            files.Add(new StickFile(name, place.Length, place.Extents));
        }
        catch (RefusedException refused) when (refused.Code == Refusal.FileSystemDamaged)
        {
            FirstDamage ??= refused;
        }
    }
}
