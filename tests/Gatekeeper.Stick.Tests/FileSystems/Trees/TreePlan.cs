using Gatekeeper.Stick.Tests.FileSystems.Images;

namespace Gatekeeper.Stick.Tests.FileSystems.Trees;

/// <summary>A random life of a stick: folders and files are made, some files are deleted, others come into the holes.</summary>
/// <param name="Folders">Parents first.</param>
/// <param name="First">Files of the first round, by path.</param>
/// <param name="Removed">Those that are deleted after it.</param>
/// <param name="Second">Files of the second round.</param>
internal sealed record TreePlan(
    IReadOnlyList<string> Folders, IReadOnlyDictionary<string, byte[]> First, IReadOnlyList<string> Removed, IReadOnlyDictionary<string, byte[]> Second)
{
    private const int MostReleases = 8; // in a round; two rounds make Limits.MaxReleaseFiles

    /// <summary>What lies on the stick in the end.</summary>
    public IReadOnlyDictionary<string, byte[]> Left => First.Where(file => !Removed.Contains(file.Key)).Concat(Second).ToDictionary();

    /// <summary>Makes a plan; the same seed gives the same one.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="clusterBytes">Sizes are around whole clusters of this size.</param>
    /// <param name="forMtools">Names are such that mtools finds them again.</param>
    public static TreePlan Random(int seed, int clusterBytes, bool forMtools)
    {
        Random random = new(seed);
        RandomNames names = new(random, forMtools);
        List<string> folders = [];
        if (random.Next(5) > 0)
            folders.Add(random.Next(3) switch { 0 => "gatekeeper", 1 => "GATEKEEPER", _ => "GateKeeper" });
        int more = random.Next(8);
        for (int i = 0; i < more; i++)
        {
            // Deep and wide ones alike; some lie in the release folder, where only files are looked for.
            string parent = folders.Count > 0 && random.Next(2) == 0 ? folders[random.Next(folders.Count)] + "/" : "";
            folders.Add(parent + names.Folder());
        }

        Dictionary<string, byte[]> Files(int count, int mostClusters)
        {
            int releases = 0;
            Dictionary<string, byte[]> files = [];
            for (int i = 0; i < count; i++)
            {
                int where = random.Next(4);
                string parent = where == 0 || folders.Count == 0 ? "" : folders[where == 1 ? 0 : random.Next(folders.Count)] + "/";
                bool release = releases < MostReleases && random.Next(3) == 0;
                releases += release ? 1 : 0;
                int length = random.Next(8) switch
                {
                    0 => 0,
                    1 => clusterBytes * random.Next(mostClusters),
                    _ => random.Next(clusterBytes * mostClusters),
                };
                files[parent + (release ? names.Release() : names.Other())] = Walk.Random(random.Next(), length);
            }

            return files;
        }

        // Few files in most trees, and in some so many that a directory has many clusters.
        Dictionary<string, byte[]> first = Files(random.Next(10) == 0 && folders.Count > 0 ? 150 : random.Next(5, 40), 4);
        List<string> removed = [.. first.Keys.Where(_ => random.Next(3) > 0)];
        return new TreePlan(folders, first, removed, Files(random.Next(1, 12), 24));
    }
}
