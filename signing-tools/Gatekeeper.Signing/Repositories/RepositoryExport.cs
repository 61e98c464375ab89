using Gatekeeper.Release;
using Gatekeeper.Signing.Metadata;

namespace Gatekeeper.Signing.Repositories;

/// <summary>Writes a release's metadata as the TUF repository that any TUF client reads: <c>metadata/</c> and <c>targets/</c>, consistent snapshots.</summary>
internal static class RepositoryExport
{
    /// <summary>Writes a new folder, whole or not at all.</summary>
    /// <returns>The files, by their names in the folder.</returns>
    internal static IReadOnlyList<string> Write(ReleaseSigning release, string folder)
    {
        OutputFile.ExpectNew(folder);
        IReadOnlyList<(string Name, byte[] Bytes)> files = Files(release);
        string draft = folder.TrimEnd('/') + ".new";
        OutputFile.ExpectNew(draft);
        try
        {
            foreach ((string name, byte[] bytes) in files)
            {
                string file = Path.Combine(draft, name);
                OutputFile.MakeFolderOf(file);
                OutputFile.WriteNew(file, bytes);
            }

            Directory.Move(draft, folder);
        }
        catch (IOException e)
        {
            throw OutputFile.Unwritable(folder, e);
        }
        finally
        {
            if (Directory.Exists(draft))
            {
                Directory.Delete(draft, recursive: true);
            }
        }

        return [.. files.Select(f => f.Name)];
    }

    private static IReadOnlyList<(string Name, byte[] Bytes)> Files(ReleaseSigning release)
    {
        byte[] snapshot = StandardJson.Write(release.Snapshot.Encode());
        byte[] targets = StandardJson.Write(release.Targets.Encode());
        if (!release.TimestampMetadata.Snapshot.Matches(snapshot) || !release.SnapshotMetadata.Targets.Matches(targets))
        {
            throw new ToolException(ExitCode.Input, "its timestamp or snapshot states the hash of a file that other tools write in another form", "build the release with gatekeeper-sign, which states versions only");
        }

        return
        [
            .. release.Roots.Roots.Select(r => (GkuNames.Root(r.Root.Version), StandardJson.Write(r.Bytes))),
            (GkuNames.Timestamp, StandardJson.Write(release.Timestamp.Encode())),
            (GkuNames.Snapshot(release.SnapshotMetadata.Version), snapshot),
            (GkuNames.Targets(release.TargetsMetadata.Version), targets),
            (GkuNames.Release(release.Digest, release.DocumentPath), release.DocumentBytes.ToArray()),
        ];
    }
}
