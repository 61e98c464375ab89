namespace Gatekeeper.Release;

public static partial class Verifier
{
    /// <summary>The trust of a device that knows only the root in its own image.</summary>
    /// <param name="root">The manufacturer's newest root, as a signed file.</param>
    /// <exception cref="RefusedException"><see cref="Refusal.State"/>: the image's root breaks a rule or is not signed by itself.</exception>
    public static TrustState InitialTrust(ReadOnlySpan<byte> root)
    {
        try
        {
            SignedMetadata file = SignedMetadata.Parse(root);
            RootMetadata metadata = ReadNewRoot(file);
            SignatureRule.RequireThreshold(file, metadata.Root, "root");
            if (metadata.Version == 1)
            {
                SignatureRule.RequireNoOther(file, "root", metadata.Root); // above 1, root N-1's people signed as well, and they are not known here
            }

            return new TrustState { Root = [.. root], RootVersion = metadata.Version };
        }
        catch (RefusedException fault)
        {
            throw new RefusedException(Refusal.State, $"the image's root: {fault.Message}");
        }
    }

    /// <summary>Walks from the trusted root forward as far as the file's roots allow (TUF 1.0.34 §5.3). A root that does not follow ends the walk and is named in the result.</summary>
    /// <exception cref="RefusedException"><see cref="Refusal.State"/>: the trust state itself is not readable.</exception>
    public static RootUpdate UpdateRoots(ReleaseHead head, TrustState trust)
    {
        RootMetadata current = TrustedRoot(trust);
        TrustState walked = trust;
        RefusedException? stopped = null;
        for (int next = trust.RootVersion; next < head.Roots.Length && stopped is null; next++)
        {
            ReadOnlySpan<byte> bytes = head.Roots[next].Span;
            try
            {
                RootMetadata newer = VerifyNextRoot(bytes, current);
                walked = Follow(walked, current, newer, bytes);
                current = newer;
            }
            catch (RefusedException fault)
            {
                stopped = fault;
            }
        }

        return new RootUpdate(walked, walked.RootVersion > trust.RootVersion, stopped);
    }

    private static RootMetadata VerifyNextRoot(ReadOnlySpan<byte> bytes, RootMetadata current)
    {
        SignedMetadata file = SignedMetadata.Parse(bytes);
        try
        {
            SignatureRule.RequireThreshold(file, current.Root, "root"); // TUF §5.3.4, by root N
        }
        catch (RefusedException fault)
        {
            throw new RefusedException(Refusal.RootUnknown, fault.Detail);
        }

        // Only now are the new root's own keys decoded: until here they are any stranger's bytes.
        RootMetadata newer = ReadNewRoot(file);
        if (newer.Version != current.Version + 1)
        {
            throw new RefusedException(Refusal.RootUnknown, "root: its version is not the next one"); // §5.3.5
        }

        SignatureRule.RequireThreshold(file, newer.Root, "root"); // §5.3.4, by root N+1
        SignatureRule.RequireNoOther(file, "root", current.Root, newer.Root);
        return newer;
    }

    private static RootMetadata ReadNewRoot(SignedMetadata file)
    {
        RootMetadata root = RootMetadata.Parse(file.Signed);
        return root.IsUsable()
            ? root
            : throw new RefusedException(Refusal.RootUnusable, "root: a role cannot be met with the key types this reader knows");
    }

    private static TrustState Follow(TrustState trust, RootMetadata older, RootMetadata newer, ReadOnlySpan<byte> bytes)
    {
        TrustState result = trust with { Root = [.. bytes], RootVersion = newer.Version, Ratchet = 0 };

        // TUF §5.3.11: whoever held a withdrawn key may have signed a version so high that nothing could follow it.
        bool withdrawn = LostKey(older.Timestamp, newer.Timestamp) || LostKey(older.Snapshot, newer.Snapshot);
        return withdrawn ? result with { TimestampVersion = 0, SnapshotVersion = 0, TargetsVersion = 0 } : result;
    }

    private static bool LostKey(RoleKeys older, RoleKeys newer) => older.Keys.Any(o => !newer.Keys.Any(n => n.Identity == o.Identity));

    /// <summary>The trusted root's meaning.</summary>
    /// <exception cref="RefusedException"><see cref="Refusal.State"/>: the trust state is not readable.</exception>
    internal static RootMetadata TrustedRoot(TrustState trust)
    {
        try
        {
            RootMetadata root = RootMetadata.Parse(SignedMetadata.Parse(trust.Root.AsSpan()).Signed);
            return root.Version == trust.RootVersion ? root : throw new RefusedException(Refusal.State, "trust state: root version");
        }
        catch (RefusedException fault) when (fault.Code != Refusal.State)
        {
            throw new RefusedException(Refusal.State, $"trust state: {fault.Message}");
        }
    }
}
