using Gatekeeper.Release;
using Gatekeeper.Release.Tuf;

namespace Gatekeeper.TufClient;

/// <summary>
/// The client workflow of TUF 1.0.34 §5: fetches, hands every byte to <see cref="RepositoryTrust"/>, and keeps what that takes, each file before the next
/// is asked for. Decides nothing itself.
/// </summary>
/// <param name="folder">The trusted metadata.</param>
/// <param name="from">Base URL of the repository's metadata.</param>
/// <param name="http">Fetches.</param>
/// <param name="now">The time of this refresh, seconds since 1970-01-01 UTC; one for all of it (§5.1).</param>
public sealed class RepositoryClient(MetadataFolder folder, Uri from, RepositoryHttp http, long now)
{
    private readonly Dictionary<string, byte[]> roles = new(StringComparer.Ordinal);
    private RepositoryTrust? trust;

    /// <summary>The versions that are trusted, in words.</summary>
    public string Summary => $"root {Trust.Root.Version}, timestamp {Trust.Timestamp?.Version}, snapshot {Trust.Snapshot?.Version}, targets {Trust.Targets?.Version}";

    private RepositoryTrust Trust => trust ?? throw new InvalidOperationException("refresh first");

    /// <summary>Trusts a root from now on.</summary>
    /// <returns>Its version.</returns>
    /// <exception cref="RefusedException">It cannot be read or does not meet its own threshold; nothing is kept.</exception>
    public static int Initialize(MetadataFolder folder, FileInfo root)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(root);
        if (!root.Exists || root.Length > Limits.MaxRepositoryRootBytes)
        {
            throw new ClientException("there is no root of a usable size in the file that was named", "give the root.json that came with the repository's address");
        }

        byte[] bytes = File.ReadAllBytes(root.FullName);
        RepositoryTrust trusted = RepositoryTrust.Start(bytes);
        folder.Write("root", bytes);
        return trusted.Root.Version;
    }

    /// <summary>Brings root, timestamp, snapshot and targets up to date. What was taken before a failure stays taken.</summary>
    /// <exception cref="RefusedException">A file was refused.</exception>
    /// <exception cref="ClientException">A file could not be fetched.</exception>
    public async Task RefreshAsync(CancellationToken stop)
    {
        byte[] root = folder.Read("root");
        if (root.Length == 0)
        {
            throw new ClientException("no root is trusted yet", "run init first");
        }

        trust = RepositoryTrust.Start(root).Recall(folder.Read("timestamp"), folder.Read("snapshot"), folder.Read("targets"));
        await UpdateRootAsync(stop).ConfigureAwait(false);
        Trust.RequireRoot(now);

        byte[] timestamp = await GetAsync(RepositoryNames.Timestamp, Limits.MaxRepositoryTimestampBytes, stop).ConfigureAwait(false);
        Keep("timestamp", Trust.NextTimestamp(timestamp, now), timestamp);
        if (!Trust.HasSnapshot)
        {
            byte[] snapshot = await GetAsync("snapshot", Trust.NamedSnapshot, Limits.MaxRepositorySnapshotBytes, stop).ConfigureAwait(false);
            Keep("snapshot", Trust.NextSnapshot(snapshot, now), snapshot);
        }

        Trust.RequireSnapshot(now);
        if (!Trust.HasTargets)
        {
            byte[] targets = await GetAsync("targets", Trust.NamedTargets, Limits.MaxRepositoryMetadataBytes, stop).ConfigureAwait(false);
            Keep("targets", Trust.NextTargets(targets, now), targets);
        }

        Trust.RequireTargets(now);
    }

    /// <summary>Fetches a target, or finds that it is there already.</summary>
    /// <param name="path">The target's path.</param>
    /// <param name="targets">Base URL of the repository's targets.</param>
    /// <param name="to">Where it is stored.</param>
    /// <param name="stop">Ends it early.</param>
    /// <returns>True when it was fetched, false when it was there.</returns>
    /// <exception cref="RefusedException">A delegated role or the target was refused.</exception>
    /// <exception cref="ClientException">There is no such target, or it could not be fetched.</exception>
    public async Task<bool> DownloadAsync(string path, Uri targets, TargetFolder to, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(to);
        TargetFile target = await FindAsync(path, stop).ConfigureAwait(false);
        if (!target.HasKnownHash)
        {
            throw new RefusedException(Refusal.MetadataMalformed, "the target has no hash of a known kind");
        }

        if (to.Has(path, target))
        {
            return false;
        }

        string name = RepositoryNames.Target(path, target, Trust.Root.ConsistentSnapshot);
        await to.StoreAsync(path, target, async take =>
        {
            if (!await http.FetchAsync(targets, name, target.Length, take, stop).ConfigureAwait(false))
            {
                throw NotThere(name);
            }
        }).ConfigureAwait(false);
        return true;
    }

    private async Task UpdateRootAsync(CancellationToken stop)
    {
        for (int i = 0; i < Limits.MaxRootRotations; i++)
        {
            byte[]? root = await http.TryGetAsync(from, RepositoryNames.Root(Trust.Root.Version + 1), Limits.MaxRepositoryRootBytes, stop).ConfigureAwait(false);
            if (root is null)
            {
                return;
            }

            RepositoryTrust next = Trust.NextRoot(root);
            if (next.HasForgotten)
            {
                // Before the root is kept: after a crash in between, the next run walks this step again.
                folder.Delete("timestamp");
                folder.Delete("snapshot");
            }

            Keep("root", next, root);
        }
    }

    private async Task<TargetFile> FindAsync(string path, CancellationToken stop)
    {
        TargetSearch search = Trust.Search(path, now);
        while (search.Next() is (string role, MetaFile file))
        {
            byte[] bytes = HeldRole(role, file) ?? await GetAsync(role, file, Limits.MaxRepositoryMetadataBytes, stop).ConfigureAwait(false);
            search.Take(bytes);
            if (roles.TryAdd(role, bytes))
            {
                folder.Write(role, bytes);
            }
        }

        return search.Found ?? throw new ClientException("there is no such target", "is its path spelled as the repository has it?");
    }

    /// <summary>A delegated role's file from this run or an earlier one, where it is the one that the snapshot names. Who vouches for it is looked at in every search.</summary>
    private byte[]? HeldRole(string role, MetaFile file)
    {
        byte[] bytes = roles.GetValueOrDefault(role) ?? folder.Read(role);
        return bytes.Length > 0 && TargetSearch.IsFile(bytes, file) ? bytes : null;
    }

    private void Keep(string role, RepositoryTrust next, byte[] bytes)
    {
        // An equal timestamp changes nothing: the trusted one stays, on disk too.
        if (!ReferenceEquals(next, trust))
        {
            folder.Write(role, bytes);
            trust = next;
        }
    }

    private Task<byte[]> GetAsync(string role, MetaFile file, long limit, CancellationToken stop) =>
        GetAsync(RepositoryNames.Role(role, file.Version, Trust.Root.ConsistentSnapshot), Math.Min(file.Length ?? limit, Limits.MaxRepositoryMetadataBytes), stop);

    private async Task<byte[]> GetAsync(string name, long limit, CancellationToken stop) =>
        await http.TryGetAsync(from, name, limit, stop).ConfigureAwait(false) ?? throw NotThere(name);

    private static ClientException NotThere(string name) => new($"the server has no {name}", "is the base URL right?");
}
