using Gatekeeper.Release.Tuf;

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
            return new TrustState { Root = [.. root], RootVersion = TufRules.FirstRoot(root, TufProfile.Device).Version };
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
                RootMetadata newer = TufRules.NextRoot(bytes, current, TufProfile.Device);
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

    private static TrustState Follow(TrustState trust, RootMetadata older, RootMetadata newer, ReadOnlySpan<byte> bytes)
    {
        TrustState result = trust with { Root = [.. bytes], RootVersion = newer.Version, Ratchet = 0 };

        // TUF §5.3.11: whoever held a withdrawn key may have signed a version so high that nothing could follow it.
        return TufRules.IsRotated(older, newer) ? result with { TimestampVersion = 0, SnapshotVersion = 0, TargetsVersion = 0, DelegatedVersions = null } : result;
    }

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
