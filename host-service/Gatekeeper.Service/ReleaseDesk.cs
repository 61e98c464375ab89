using System.Collections.Immutable;
using Gatekeeper.Release;
using Gatekeeper.Service.Sticks;
using Gatekeeper.Stick;
using Gatekeeper.Stick.FileSystems;
using Gatekeeper.Update;

namespace Gatekeeper.Service;

/// <summary>Judges release files against this device's trust. Keeps what must be kept at once: newer roots (I08).</summary>
internal sealed class ReleaseDesk(TrustStore trust, AuditLog audit, Installer installer, ImageInfo image, Policy policy, Func<long> clockSeconds)
{
    /// <summary>Judges every release on a stick against the same state and picks the newest that fits.</summary>
    /// <exception cref="RefusedException">None fits: the refusal that says most, signed metadata before none (I09).</exception>
    internal Offer Judge(ISectorSource sectors, IReadOnlyList<StickFile> files)
    {
        Offer? best = null;
        RefusedException? telling = null;
        foreach (ImmutableArray<StickFile> parts in ReleaseFiles.Group(files))
        {
            try
            {
                Offer offer = Judge(new StickReleaseSource(sectors, parts));
                best = best is null || offer.Release.Version > best.Release.Version ? offer : best;
            }
            catch (RefusedException refused) when (!EndsTheStick(refused.Code))
            {
                telling = telling is null || Says(refused) > Says(telling) ? refused : telling;
            }
        }

        return best ?? throw telling ?? new RefusedException(Refusal.NoRelease, "part files without a first one, or roots only");
    }

    /// <summary>Judges one release file, wherever it is read from.</summary>
    /// <exception cref="RefusedException">It is not for this device now.</exception>
    internal Offer Judge(IReleaseSource source)
    {
        ReleaseHead head = GkuReader.ReadHead(source);
        KeepRoots(Verifier.UpdateRoots(head, trust.Effective));
        if (head.RootsOnly)
        {
            throw new RefusedException(Refusal.NoRelease, "roots only");
        }

        DeviceFacts facts = Facts();
        try
        {
            return new Offer(Verifier.Accept(head, trust.Effective, facts), source);
        }
        catch (RefusedException refused) when (refused.Code == Refusal.InstalledAlready && installer.IdleNeedsRepair())
        {
            // The release that runs, and an idle set that is not whole: the stick repairs it (DESIGN §6).
            return new Offer(Verifier.Accept(head, trust.Effective, facts with { IdleSetNeedsRepair = true }), source);
        }
    }

    private void KeepRoots(RootUpdate roots)
    {
        if (roots.Changed)
        {
            audit.Append("root", $"version {roots.Trust.RootVersion}");
            trust.Change(content => content with { Trust = TrustMove.ToRoot(content.Trust, roots.Trust) });
            trust.Commit();
        }
    }

    /// <summary>What releases are judged against now.</summary>
    /// <exception cref="RefusedException"><see cref="Refusal.State"/>: the device has no facts of its own.</exception>
    internal DeviceFacts Facts()
    {
        DeviceRecord device = trust.RequireDevice();
        string? digest = trust.Content.SetA is { State: SetState.Kept } a && a.Version == image.Number ? a.Digest : null;
        digest ??= trust.Content.SetB is { State: SetState.Kept } b && b.Version == image.Number ? b.Digest : null;
        long reference = Math.Max(clockSeconds(), trust.Effective.Ratchet);
        return new DeviceFacts(image.Product, device.HardwareId(), image.Number, digest, reference, policy.Expiry == "refuse");
    }

    // The stick itself failed or is gone: no other file on it will do better.
    private static bool EndsTheStick(Refusal code) => code is Refusal.StickGone or Refusal.StickTimeout or Refusal.StickProtocol or Refusal.DeviceChanged or Refusal.AuditLog or Refusal.State;

    private static int Says(RefusedException refused) => RefusalCatalogue.Of(refused.Code).Class == RefusalClass.SignedMetadata ? 1 : 0;
}
