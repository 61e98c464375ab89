using System.Globalization;
using Gatekeeper.Release;

namespace Gatekeeper.Signing.Metadata;

/// <summary>The folder that holds <c>1.root.json</c>, <c>2.root.json</c>, ...: all roots there ever were, which every release carries.</summary>
internal static class RootFolder
{
    /// <summary>Reads one root file. Its signatures are not counted here.</summary>
    internal static (SignedMetadata Metadata, RootMetadata Root) Read(string file)
    {
        byte[] bytes = InputFile.ReadBytes(file, Limits.MaxMetadataBytes, "a root");
        try
        {
            SignedMetadata metadata = SignedMetadata.Parse(bytes);
            return (metadata, RootMetadata.Parse(metadata.Signed));
        }
        catch (RefusedException e)
        {
            throw new ToolException(ExitCode.Input, $"{file} is not a root: {e.Detail}", "give the N.root.json file that root new wrote, unchanged");
        }
    }

    /// <summary>Reads all roots from 1 on, and the newest one's meaning.</summary>
    internal static (IReadOnlyList<byte[]> Files, RootMetadata Newest) ReadAll(string folder)
    {
        var files = new List<byte[]>();
        RootMetadata? newest = null;
        while (files.Count < Limits.MaxRoots)
        {
            string file = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{files.Count + 1}.root.json"));
            if (!File.Exists(file))
            {
                break;
            }

            (SignedMetadata metadata, RootMetadata root) = Read(file);
            if (root.Version != files.Count + 1)
            {
                throw new ToolException(ExitCode.Input, $"{file} holds root version {root.Version}", "a root's file name carries its version");
            }

            var signing = new RoleSigning("root", metadata, root.Root);
            if (!signing.IsComplete)
            {
                throw new ToolException(ExitCode.Signatures, $"{file} is not signed yet: {signing.Words()}", $"gatekeeper-sign root sign {file} --key KEY");
            }

            files.Add(InputFile.ReadBytes(file, Limits.MaxMetadataBytes, "a root"));
            newest = root;
        }

        return newest is null
            ? throw new ToolException(ExitCode.Input, $"there is no 1.root.json in {folder}", "gatekeeper-sign root new makes it")
            : (files, newest);
    }
}
