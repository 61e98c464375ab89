using System.Security.Cryptography;

namespace Gatekeeper.Fuzz;

/// <summary>Inputs kept between runs: a small set for each target in tests/corpora/fuzz, all that runs on this machine kept in out/fuzz/corpus.</summary>
public static class CorpusStore
{
    /// <summary>Inputs of one target in the repository, at most.</summary>
    public const int MaxFiles = 24;

    /// <summary>Bytes of one target's inputs in the repository, at most; the first one may be longer.</summary>
    public const int MaxBytes = 48 * 1024;

    /// <summary>The folder of a target in the repository.</summary>
    public static string Folder(FuzzTarget target) => Path.Combine(RepositoryRoot.Path, "tests", "corpora", "fuzz", target.Name);

    /// <summary>What the repository keeps for a target, in a fixed order.</summary>
    public static IReadOnlyList<byte[]> Load(FuzzTarget target) => Load(Folder(target));

    /// <summary>What this machine keeps for a target.</summary>
    internal static IReadOnlyList<byte[]> LoadLocal(FuzzTarget target) => Load(Local(target));

    /// <summary>Replaces what this machine keeps.</summary>
    internal static void SaveLocal(FuzzTarget target, IReadOnlyList<byte[]> inputs)
    {
        string folder = Local(target);
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        Save(folder, inputs);
    }

    /// <summary>
    /// Replaces what the repository keeps: reproducers of findings stay (their names begin with "finding"), and from the rest, which must be
    /// a minimal set, evenly many of each length.
    /// </summary>
    internal static void Keep(FuzzTarget target, IReadOnlyList<byte[]> minimal)
    {
        string folder = Directory.CreateDirectory(Folder(target)).FullName;
        foreach (string file in Directory.GetFiles(folder).Where(file => !Path.GetFileName(file).StartsWith("finding", StringComparison.Ordinal)))
        {
            File.Delete(file);
        }

        int step = Math.Max(1, (minimal.Count + MaxFiles - 1) / MaxFiles);
        int bytes = 0;
        List<byte[]> kept = [];
        for (int i = 0; i < minimal.Count; i += step)
        {
            bytes += minimal[i].Length;
            if (kept.Count == 0 || bytes <= MaxBytes)
            {
                kept.Add(minimal[i]);
            }
        }

        Save(folder, kept);
    }

    /// <summary>The name of an input: the first eight bytes of its SHA-256.</summary>
    internal static string NameOf(ReadOnlySpan<byte> input) => Convert.ToHexStringLower(SHA256.HashData(input).AsSpan(0, 8));

    private static string Local(FuzzTarget target) => Path.Combine(RepositoryRoot.Path, "out", "fuzz", "corpus", target.Name);

    private static List<byte[]> Load(string folder) =>
        Directory.Exists(folder) ? [.. Directory.GetFiles(folder).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)] : [];

    private static void Save(string folder, IReadOnlyList<byte[]> inputs)
    {
        Directory.CreateDirectory(folder);
        foreach (byte[] input in inputs)
        {
            File.WriteAllBytes(Path.Combine(folder, $"{NameOf(input)}.bin"), input);
        }
    }
}
