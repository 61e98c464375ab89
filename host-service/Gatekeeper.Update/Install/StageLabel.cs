using Gatekeeper.Release;

namespace Gatekeeper.Update;

/// <summary>
/// Which release an unfinished stage is of, and how it lies in it. A hint on where to look, never a proof: whatever is found there is hashed.
/// </summary>
/// <param name="Digest">Of the verified release, lower-case hex.</param>
/// <param name="PayloadAt">
/// Offset of its first payload. Two files of one release may differ in it: timestamp, snapshot and targets stand before the payloads and are
/// not part of the digest. Behind it the order and the lengths of everything are the release's own.
/// </param>
public readonly record struct StageLabel(string Digest, long PayloadAt)
{
    /// <summary>The label of a release's file.</summary>
    public static StageLabel Of(VerifiedRelease release)
    {
        ArgumentNullException.ThrowIfNull(release);
        return new StageLabel(release.Digest, release.Payloads.Min(p => p.FileOffset));
    }
}
