using System.Globalization;
using Gatekeeper.Release;

namespace Gatekeeper.Signing.Metadata;

/// <summary>The folder that holds <c>1.root.json</c>, <c>2.root.json</c>, ...: all roots there ever were, which every release carries.</summary>
internal static class RootFolder
{
    /// <summary>Where root <paramref name="version"/> lies in a folder.</summary>
    internal static string PathOf(string folder, int version) => Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{version}.root.json"));

    /// <summary>Reads one root file. Its signatures are not counted here.</summary>
    internal static RootFile Read(string file)
    {
        byte[] bytes = InputFile.ReadBytes(file, Limits.MaxMetadataBytes, "a root");
        try
        {
            return RootFile.Read(bytes);
        }
        catch (RefusedException e)
        {
            throw new ToolException(ExitCode.Input, $"{file} is not a root: {e.Detail}", "give the N.root.json file that root new wrote, unchanged");
        }
    }

    /// <summary>Reads all roots from 1 on.</summary>
    internal static RootChain ReadAll(string folder)
    {
        RootChain chain = RootChain.Of(Enumerable.Range(1, Limits.MaxRoots).Select(v => PathOf(folder, v)).TakeWhile(File.Exists).Select(f => (f, Read(f))));
        return chain.Roots.Length > 0
            ? chain
            : throw new ToolException(ExitCode.Input, $"there is no 1.root.json in {folder}", "gatekeeper-sign root new makes it");
    }

    /// <summary>Reads the roots before root <paramref name="version"/>, which lie beside its file.</summary>
    internal static RootChain ReadBefore(string file, int version)
    {
        string folder = Path.GetDirectoryName(file) ?? "";
        string[] files = [.. Enumerable.Range(1, version - 1).Select(v => PathOf(folder, v))];
        return files.FirstOrDefault(f => !File.Exists(f)) is { } missing
            ? throw new ToolException(ExitCode.Input, $"{file} is root {version}, and {missing} is not there", "a root is signed by the keys of the one before too: keep all roots in one folder")
            : RootChain.Of(files.Select(f => (f, Read(f))));
    }
}
