namespace Gatekeeper.Release;

/// <summary>What <see cref="Verifier.UpdateRoots"/> found.</summary>
/// <param name="Trust">The trust state with the newest root that the file leads to.</param>
/// <param name="Changed">True when that is a newer root: keep <paramref name="Trust"/> at once, whatever becomes of the release (I08).</param>
public sealed record RootUpdate(TrustState Trust, bool Changed);

/// <summary>Decides whether a release may be trusted. Bytes, trust and facts in, a proof or a refusal out; no clock, no file, no log.</summary>
public static partial class Verifier
{
    /// <summary>The trust of a device that knows only the root in its own image.</summary>
    public static TrustState InitialTrust(ReadOnlySpan<byte> root) => throw new NotSupportedException();

    /// <summary>Walks from the trusted root forward as far as the file's roots allow. Never refuses: a root that does not follow ends the walk.</summary>
    public static RootUpdate UpdateRoots(ReleaseHead head, TrustState trust) => throw new NotSupportedException();

    /// <summary>Verifies everything but the payload's chunks.</summary>
    /// <exception cref="RefusedException">Class (b) before all four roles were verified, class (c) after.</exception>
    /// <exception cref="InvalidOperationException"><paramref name="head"/> holds roots only, or <see cref="UpdateRoots"/> was not called before.</exception>
    public static VerifiedRelease Accept(ReleaseHead head, TrustState trust, DeviceFacts facts) => throw new NotSupportedException();
}
