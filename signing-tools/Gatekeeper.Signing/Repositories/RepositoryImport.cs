using Gatekeeper.Release;
using Gatekeeper.Signing.Metadata;

namespace Gatekeeper.Signing.Repositories;

/// <summary>Takes over what a TUF repository signed: its roots into the folder of roots, its metadata into a release.</summary>
internal static class RepositoryImport
{
    /// <summary>Writes the repository's roots that are not there yet.</summary>
    /// <returns>How many were written.</returns>
    /// <exception cref="ToolException">A root of the same version is there and says something else.</exception>
    internal static int WriteRoots(RootChain chain, string folder)
    {
        (string File, RootFile Root)[] all = [.. chain.Roots.Select(r => (RootFolder.PathOf(folder, r.Root.Version), r))];
        foreach ((string file, RootFile root) in all.Where(r => File.Exists(r.File)))
        {
            // The signatures stand in the releases made so far: a root that is there stays as it is.
            if (!RootFolder.Read(file).Metadata.SignedBytes.AsSpan().SequenceEqual(root.Metadata.SignedBytes.AsSpan()))
            {
                throw new ToolException(ExitCode.Output, $"{file} is another root than the repository's", "give an empty folder, or the one of this repository; nothing was written");
            }
        }

        DeviceCheck(chain);
        (string File, RootFile Root)[] fresh = [.. all.Where(r => !File.Exists(r.File))];
        foreach ((string file, RootFile root) in fresh)
        {
            OutputFile.MakeFolderOf(file);
            OutputFile.WriteNew(file, root.Bytes);
        }

        return fresh.Length;
    }

    /// <summary>Writes a release that has the repository's metadata and everything else of <paramref name="content"/>.</summary>
    /// <exception cref="ToolException">The repository does not name that release, or it was built with other roots.</exception>
    internal static void WriteRelease(ReleaseOnDisk content, RootChain roots, RepositoryRoles roles, string output, Action<long> progress)
    {
        TargetsMetadata targets = TargetsMetadata.Parse(roles.Targets.Signed);
        string path = targets.Targets.Where(t => t.Value.Sha256 == content.Digest && t.Value.Length == content.Signing.DocumentBytes.Length && GkuNames.IsReleasePath(t.Key)).Select(t => t.Key).Order(StringComparer.Ordinal).FirstOrDefault()
            ?? throw new ToolException(ExitCode.Input, $"the repository's targets do not name the release in {content.FilePath}", $"its release document has SHA-256 {content.Digest}; add it as a target named release.json or NAME.release.json");
        if (!roots.Files.Zip(content.Signing.Roots.Files).All(p => p.First.AsSpan().SequenceEqual(p.Second)) || roots.Files.Count != content.Signing.Roots.Files.Count)
        {
            throw new ToolException(ExitCode.Input, $"{content.FilePath} was built with other roots than the repository's", "import the roots first, and build the release with them");
        }

        OutputFile.Replace(output, file =>
        {
            var writer = new GkuWriter(file);
            foreach (RootFile root in roots.Roots)
            {
                writer.Write(GkuNames.Root(root.Root.Version), root.Bytes);
            }

            writer.Write(GkuNames.Timestamp, TufRepository.Encode(roles.Timestamp));
            writer.Write(GkuNames.Snapshot(SnapshotMetadata.Parse(roles.Snapshot.Signed).Version), TufRepository.Encode(roles.Snapshot));
            writer.Write(GkuNames.Targets(targets.Version), TufRepository.Encode(roles.Targets));
            writer.Write(GkuNames.Release(content.Digest, path), content.Signing.DocumentBytes);
            content.CopyBehindDocument(file, progress);
        });
    }

    private static void DeviceCheck(RootChain chain) => Ceremony.DeviceWalk.ExpectTaken(chain.Files);
}
