using System.Text.RegularExpressions;
using Gatekeeper.Stick.Tests.FileSystems.Images;

namespace Gatekeeper.Stick.Tests.FileSystems.Trees;

/// <summary>A FAT volume as mtools writes and reads it.</summary>
internal sealed class Mtools(Scratch scratch, string image)
{
    /// <summary>Lives a plan.</summary>
    public void Write(TreePlan plan)
    {
        if (plan.Folders.Count > 0)
            Tool.Run("mmd", ["-i", image, .. plan.Folders.Select(folder => $"::{folder}")]);
        Copy("first", plan.First);
        ForgetNextFree();
        if (plan.Removed.Count > 0)
            Tool.Run("mdel", ["-i", image, .. plan.Removed.Select(path => $"::{path}")]);
        ForgetNextFree();
        Copy("second", plan.Second);
    }

    /// <summary>Every file, by path, as <c>mdir</c> lists them.</summary>
    public IReadOnlyList<string> List() =>
        [.. Tool.Run("mdir", "-i", image, "-/", "-a", "-b", "::").Split('\n')
            .Where(line => line.StartsWith("::/", StringComparison.Ordinal) && !line.EndsWith('/'))
            .Select(line => line[3..])];

    /// <summary>The bytes of some files of one folder, as <c>mcopy</c> reads them.</summary>
    public IReadOnlyDictionary<string, byte[]> Read(IReadOnlyList<string> paths)
    {
        Dictionary<string, byte[]> contents = [];
        foreach (IGrouping<string, string> folder in paths.GroupBy(FolderOf))
        {
            string target = Directory.CreateDirectory(scratch.Path($"out{contents.Count}")).FullName;
            Tool.Run("mcopy", ["-i", image, .. folder.Select(path => $"::{path}"), target]);
            foreach (string path in folder)
                contents[path] = File.ReadAllBytes(Path.Combine(target, path[(path.LastIndexOf('/') + 1)..]));
        }

        return contents;
    }

    private void Copy(string round, IReadOnlyDictionary<string, byte[]> files)
    {
        int number = 0;
        foreach (IGrouping<string, KeyValuePair<string, byte[]>> folder in files.GroupBy(file => FolderOf(file.Key)))
        {
            string source = Directory.CreateDirectory(scratch.Path($"{round}{number++}")).FullName;
            List<string> paths = [];
            foreach ((string path, byte[] content) in folder)
            {
                paths.Add(Path.Combine(source, path[(path.LastIndexOf('/') + 1)..]));
                File.WriteAllBytes(paths[^1], content);
            }

            Tool.Run("mcopy", ["-i", image, .. paths, $"::{folder.Key}"]);
        }
    }

    /// <summary>FSInfo's hint where to go on: without it the holes are filled (fatgen103 "FAT32 FSInfo Sector Structure").</summary>
    private void ForgetNextFree()
    {
        using FileImage volume = new(image);
        if (volume.U16(22) == 0)
            volume.Set32((volume.U16(48) * 512L) + 492, 0xFFFFFFFF);
    }

    private static string FolderOf(string path) => path.LastIndexOf('/') is > 0 and int slash ? path[..slash] : "";
}

/// <summary>Which files are releases, said once more and in another way than the product says it.</summary>
internal static partial class ReleasePaths
{
    /// <summary>The releases among the paths, as the walk names them, in a fixed order.</summary>
    public static IReadOnlyList<(string Path, string Name)> Of(IEnumerable<string> paths) =>
        [.. paths.Select(path => (Path: path, Match: Release().Match(path)))
            .Where(file => file.Match.Success && file.Match.Groups["name"].Length <= 128)
            .Select(file => (file.Path, Name: (file.Match.Groups["folder"].Success ? "gatekeeper/" : "") + file.Match.Groups["name"].Value))
            .OrderBy(file => file.Name, StringComparer.Ordinal)];

    [GeneratedRegex(@"\A(?<folder>gatekeeper/)?(?<name>(?!\.)[a-z0-9 ._+()~-]+(\.gku(\.([2-9]|[1-9][0-9]))?|\.gk[rap]))\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Release();
}
