using System.Text;
using Gatekeeper.Stick.FileSystems;
using Gatekeeper.Stick.Tests.FileSystems.Images;

namespace Gatekeeper.Stick.Tests.FileSystems.Matrix;

/// <summary>The files of every row: what must be found, in every way a name and a place can be, and beside it what must not.</summary>
internal static class Releases
{
    private static readonly Dictionary<string, byte[]> Contents = [];

    /// <summary>The tree for a volume with clusters of this size.</summary>
    /// <param name="clusterBytes">Files have some clusters and a part of one.</param>
    /// <param name="folder">The release folder's spelling.</param>
    /// <param name="expected">What the walk must give, in directory order, with the bytes.</param>
    public static StickTree Tree(int clusterBytes, string folder, out IReadOnlyList<(string Name, byte[] Content)> expected)
    {
        StickTree tree = new();
        List<(string Name, byte[] Content)> found = [];
        void Release(string path, int clusters, Placement placement)
        {
            byte[] content = Content(path, (clusters * clusterBytes) + (clusters == 0 ? 300 : 17));
            tree.File(path, content, placement: placement);
            found.Add((path.Replace($"{folder}/", $"{ReleaseName.Folder}/", StringComparison.Ordinal), content));
        }

        Release("pm200-2.0.0.gku", 5, Placement.Fragmented);
        Release("PM300.GKU", 2, Placement.Contiguous); // 8.3 only
        Release("pm400.gku", 0, Placement.Chained); // 8.3 in lower case: two bits of NTRes where Windows copied it
        tree.File("\u00fcbersicht.gku", Encoding.ASCII.GetBytes("not ASCII"));
        tree.File("pm200-2.0.0.gku.txt", Encoding.ASCII.GetBytes("no release"));
        Release("PM200 rev-C release 4.2.1 for every ward and every bed of the hospital (1).gku", 3, Placement.Backward);
        tree.Folder("photos").File("photos/pm200-2.0.0.gku", Encoding.ASCII.GetBytes("elsewhere"));
        Release("pm500.gku", 1, Placement.Chained);
        Release("pm500.gku.2", 2, Placement.Fragmented);
        Release("pm500.gku.3", 0, Placement.FirstFit);
        tree.File(".pm200-2.0.0.gku", Encoding.ASCII.GetBytes("hidden"), 0x22);
        Release("keys.gkr", 0, Placement.Contiguous);
        tree.Folder(folder);
        tree.File($"{folder}/\u043f\u0440\u043e\u0448\u0438\u0432\u043a\u0430.gku", Encoding.ASCII.GetBytes("not ASCII"));
        Release($"{folder}/pm200-2.0.0.gku", 2, Placement.Backward);
        tree.Folder($"{folder}/old").File($"{folder}/old/pm200-1.0.0.gku", Encoding.ASCII.GetBytes("too deep"));
        Release($"{folder}/B.GKU", 1, Placement.Contiguous);

        // The root directory first, then the folder.
        expected = [.. found.Where(f => !f.Name.Contains('/', StringComparison.Ordinal)), .. found.Where(f => f.Name.Contains('/', StringComparison.Ordinal))];
        return tree;
    }

    /// <summary>Null when the walk gives exactly these files with these bytes; else what is wrong.</summary>
    public static string? Compare(ISectorSource stick, IReadOnlyList<(string Name, byte[] Content)> expected)
    {
        IReadOnlyList<StickFile> found;
        try
        {
            found = StickWalker.Find(stick);
        }
        catch (Gatekeeper.Release.RefusedException refused)
        {
            return $"{refused.Code}: {refused.Detail}";
        }

        if (!found.Select(file => file.Name).SequenceEqual(expected.Select(file => file.Name)))
            return $"found {string.Join(", ", found.Select(file => file.Name))}";
        for (int i = 0; i < found.Count; i++)
        {
            if (found[i].Length != expected[i].Content.Length || !Walk.Content(stick, found[i]).AsSpan().SequenceEqual(expected[i].Content))
                return $"{found[i].Name} has other bytes";
        }

        return null;
    }

    private static byte[] Content(string path, int length)
    {
        lock (Contents)
        {
            string key = $"{path} {length}";
            return Contents.TryGetValue(key, out byte[]? known) ? known : Contents[key] = Walk.Random(key.Sum(c => c), length);
        }
    }
}
