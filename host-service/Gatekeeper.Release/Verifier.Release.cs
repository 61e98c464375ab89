using System.Security.Cryptography;
using Gatekeeper.Release.Tuf;

namespace Gatekeeper.Release;

public static partial class Verifier
{
    /// <summary>Finds the release document among the signed targets by the name of its entry, and compares length and hash before it is parsed.</summary>
    private static ReleaseDocument VerifyDocument(ReleaseHead head, TargetFile? target, out string digest)
    {
        ReadOnlySpan<byte> bytes = head.Release.Span;
        string hash = Hex.Of(SHA256.HashData(bytes));
        string path = GkuNames.TargetPath(head.ReleaseName);
        bool isNamed = GkuNames.IsReleasePath(path) && head.ReleaseName == GkuNames.Release(hash, path);
        if (!isNamed || target is null || target.Sha256 != hash || target.Length != bytes.Length || !FileHashes.Match(target.Sha256, target.Sha512, bytes))
        {
            throw new RefusedException(Refusal.FileDamaged, "the release document is not the signed one");
        }

        digest = hash;
        return ReleaseDocument.Parse(bytes);
    }

    /// <summary>Whether this device may take this release. The order decides which sentence is shown: what a technician must know first comes first.</summary>
    private static void Judge(ReleaseDocument document, ReleaseFacts release, TrustState trust, DeviceFacts facts)
    {
        if (document.Product != facts.Product)
        {
            throw new RefusedException(Refusal.OtherProduct, "another product", release);
        }

        if (!document.Hardware.Contains(facts.HardwareId))
        {
            throw new RefusedException(Refusal.OtherHardware, "other hardware", release);
        }

        // After production nothing says which release runs, only which version: then the version decides.
        bool same = facts.RunningDigest is string running ? running == release.Digest : document.Version == facts.Running;
        if (same && !facts.IdleSetNeedsRepair)
        {
            throw new RefusedException(Refusal.InstalledAlready, $"{document.Version} runs", release);
        }

        if (document.Version < trust.Floor && facts.PermittedDigest != release.Digest)
        {
            throw new RefusedException(Refusal.TooOld, $"{document.Version} is below the floor {trust.Floor}", release);
        }

        // A repair brings what runs already, so it replaces nothing older.
        if (facts.Running < document.ReplacesFrom && !same)
        {
            throw new RefusedException(Refusal.TooFar, $"{facts.Running} runs, the release replaces {document.ReplacesFrom} and newer", release);
        }
    }
}
