namespace Gatekeeper.Release.Tuf;

/// <summary>
/// What a client of an ordinary TUF repository trusts, and the only ways in which that moves (TUF 1.0.34 §5). Pure: bytes and time in, a new trust
/// or a refusal out; a refusal leaves the old trust as it was.
/// <code>
/// Start          a root trusted by other means                                        §5.2
/// Recall         what an earlier run has accepted
/// NextRoot       N → N+1, as often as there is one                                    §5.3.3 to §5.3.9, §5.3.11
/// RequireRoot    the last root is not past its date, RequireSnapshot and so on alike   §5.3.10
/// NextTimestamp  ┐                                                                    §5.4
/// NextSnapshot   ├─ each after the one above; skipped where Has... says so            §5.5
/// NextTargets    ┘                                                                    §5.6.1 to §5.6.6
/// Search         delegated roles, each verified for this search                       §5.6.7
/// </code>
/// Calls out of order are mistakes of the caller (<see cref="InvalidOperationException"/>). Times are seconds since 1970-01-01 UTC; use one for the whole
/// refresh (§5.1).
/// </summary>
public sealed record RepositoryTrust
{
    private const TufProfile Profile = TufProfile.Repository;

    private ReadOnlyMemory<byte> snapshotBytes;
    private ReadOnlyMemory<byte> targetsBytes;

    private RepositoryTrust(RootMetadata root) => Root = root;

    /// <summary>The trusted root.</summary>
    public RootMetadata Root { get; private init; }

    /// <summary>The trusted timestamp, or null.</summary>
    public TimestampMetadata? Timestamp { get; private init; }

    /// <summary>The trusted snapshot, or null. It need not be the one that <see cref="Timestamp"/> names: see <see cref="HasSnapshot"/>.</summary>
    public SnapshotMetadata? Snapshot { get; private init; }

    /// <summary>The trusted top-level targets, or null. They need not be those that <see cref="Snapshot"/> names: see <see cref="HasTargets"/>.</summary>
    public TargetsMetadata? Targets { get; private init; }

    /// <summary>Whether the step to this root made timestamp and snapshot forgotten (§5.3.11): delete the kept files, then keep the root.</summary>
    public bool HasForgotten { get; private init; }

    /// <summary>Whether the snapshot that the timestamp names is held already.</summary>
    public bool HasSnapshot => Snapshot is not null && Snapshot.Version == NamedSnapshot.Version && NamedSnapshot.Matches(snapshotBytes.Span);

    /// <summary>Whether the targets that the snapshot names are held already.</summary>
    public bool HasTargets => Targets is not null && Targets.Version == NamedTargets.Version && NamedTargets.Matches(targetsBytes.Span);

    /// <summary>What the timestamp says of the snapshot to fetch.</summary>
    public MetaFile NamedSnapshot => Timestamp?.Snapshot ?? throw new InvalidOperationException("no timestamp yet");

    /// <summary>What the snapshot says of the targets to fetch.</summary>
    public MetaFile NamedTargets => Snapshot?.Targets ?? throw new InvalidOperationException("no snapshot yet");

    /// <summary>Trusts a root that came by other means. Its date does not matter (§5.2).</summary>
    /// <exception cref="RefusedException">It cannot be read, or does not meet its own threshold.</exception>
    public static RepositoryTrust Start(ReadOnlySpan<byte> root) => new(TufRules.FirstRoot(root, Profile));

    /// <summary>Takes back what an earlier run has accepted and kept. What this root's keys have not signed is left out: it was kept under another root, or is not what was kept. Dates do not matter: old metadata still says which versions were seen.</summary>
    /// <param name="timestamp">The kept file, or empty.</param>
    /// <param name="snapshot">The kept file, or empty.</param>
    /// <param name="targets">The kept file, or empty.</param>
    public RepositoryTrust Recall(ReadOnlyMemory<byte> timestamp, ReadOnlyMemory<byte> snapshot, ReadOnlyMemory<byte> targets) => this with
    {
        Timestamp = Recalled(timestamp, f => TimestampMetadata.Parse(f, Profile), Root.Timestamp),
        Snapshot = Recalled(snapshot, f => SnapshotMetadata.Parse(f, Profile), Root.Snapshot),
        Targets = Recalled(targets, f => TargetsMetadata.Parse(f, Profile), Root.Targets),
        snapshotBytes = snapshot,
        targetsBytes = targets,
    };

    /// <summary>Takes root N+1. Where it takes a key away from the timestamp or snapshot role, timestamp and snapshot are forgotten (§5.3.11): the way back from a fast-forward attack.</summary>
    /// <exception cref="RefusedException">It does not follow the trusted root.</exception>
    public RepositoryTrust NextRoot(ReadOnlySpan<byte> file)
    {
        RootMetadata newer = TufRules.NextRoot(file, Root, Profile);
        RepositoryTrust next = this with { Root = newer, HasForgotten = TufRules.IsRotated(Root, newer) };
        return next.HasForgotten ? next with { Timestamp = null, Snapshot = null } : next;
    }

    /// <summary>Requires that the root, after which no newer one was found, is not past its date.</summary>
    /// <exception cref="RefusedException"><see cref="Refusal.MetadataExpired"/>.</exception>
    public void RequireRoot(long now) => RequireFresh(Root.Expires, now, "root");

    /// <summary>Takes the newest timestamp. One of the version that is trusted already changes nothing: this same trust is given back (§5.4.3.1).</summary>
    /// <exception cref="RefusedException">It is not signed, older, names an older snapshot, or is past its date.</exception>
    public RepositoryTrust NextTimestamp(ReadOnlySpan<byte> file, long now)
    {
        TimestampMetadata newer = TufRules.Timestamp(file, Root, Profile);
        if (Timestamp is TimestampMetadata trusted)
        {
            ThrowIf(TufRules.Older(newer.Version, trusted.Version, "timestamp"));
            if (newer.Version == trusted.Version)
            {
                RequireFresh(trusted.Expires, now, "timestamp");
                return this;
            }

            ThrowIf(TufRules.Older(newer.Snapshot.Version, trusted.Snapshot.Version, "snapshot"));
        }

        RequireFresh(newer.Expires, now, "timestamp");
        return this with { Timestamp = newer };
    }

    /// <summary>Takes the snapshot that the timestamp names.</summary>
    /// <exception cref="RefusedException">It is not that one, not signed, lists a role below what was trusted or no longer, or is past its date.</exception>
    public RepositoryTrust NextSnapshot(ReadOnlyMemory<byte> file, long now)
    {
        SnapshotMetadata newer = TufRules.Snapshot(file.Span, NamedSnapshot, Root, Profile);
        if (Snapshot is SnapshotMetadata trusted)
        {
            ThrowIf(TufRules.OlderRoles(newer, trusted.Delegated.Append(KeyValuePair.Create("targets", trusted.Targets)).Select(r => KeyValuePair.Create(r.Key, r.Value.Version))));
        }

        RequireFresh(newer.Expires, now, "snapshot");
        return this with { Snapshot = newer, snapshotBytes = file };
    }

    /// <summary>Takes the top-level targets that the snapshot names.</summary>
    /// <exception cref="RefusedException">They are not those, not signed, or past their date.</exception>
    public RepositoryTrust NextTargets(ReadOnlyMemory<byte> file, long now)
    {
        TargetsMetadata newer = TufRules.Targets(file.Span, NamedTargets, Root.Targets, "targets", Profile);
        RequireFresh(newer.Expires, now, "targets");
        return this with { Targets = newer, targetsBytes = file };
    }

    /// <summary>Requires that the trusted snapshot is not past its date: one that is held already was fresh when it came, and need not be now.</summary>
    /// <exception cref="RefusedException"><see cref="Refusal.MetadataExpired"/>.</exception>
    public void RequireSnapshot(long now) => RequireFresh(Held(Snapshot, HasSnapshot).Expires, now, "snapshot");

    /// <summary>Requires that the trusted targets are not past their date.</summary>
    /// <exception cref="RefusedException"><see cref="Refusal.MetadataExpired"/>.</exception>
    public void RequireTargets(long now) => RequireFresh(Held(Targets, HasTargets).Expires, now, "targets");

    /// <summary>Begins the search for a target.</summary>
    /// <exception cref="InvalidOperationException">The refresh is not complete.</exception>
    public TargetSearch Search(string targetPath, long now) =>
        new(targetPath, Held(Snapshot, HasSnapshot), Held(Targets, HasTargets), now);

    internal static void RequireFresh(long expires, long now, string what)
    {
        if (TufRules.IsExpired(expires, now))
        {
            throw new RefusedException(Refusal.MetadataExpired, $"{what}: past its date");
        }
    }

    private static T Held<T>(T? metadata, bool isNamed)
        where T : class => isNamed ? metadata! : throw new InvalidOperationException("the refresh is not complete");

    private static T? Recalled<T>(ReadOnlyMemory<byte> file, Func<JsonObject, T> parse, RoleKeys role)
        where T : class
    {
        if (file.IsEmpty)
        {
            return null;
        }

        try
        {
            SignedMetadata metadata = SignedMetadata.Parse(file.Span, Profile);
            SignatureRule.Require(metadata, role, "kept");
            return parse(metadata.Signed);
        }
        catch (RefusedException)
        {
            return null;
        }
    }

    private static void ThrowIf(RefusedException? refusal)
    {
        if (refusal is not null)
        {
            throw refusal;
        }
    }
}
