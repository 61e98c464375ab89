using System.Collections.Immutable;
using Gatekeeper.Release;
using Gatekeeper.Release.Permits;
using Gatekeeper.Service.Papers;
using Gatekeeper.Service.Sticks;
using Gatekeeper.Stick;
using Gatekeeper.Stick.FileSystems;
using Gatekeeper.Update;

namespace Gatekeeper.Service;

/// <summary>Judges release files against this device's trust. Keeps what must be kept at once: newer roots (I08).</summary>
internal sealed class ReleaseDesk(
    TrustStore trust, AuditLog audit, Installer installer, PaperDesk papers, ImageInfo image, Policy policy, Func<long> clockSeconds)
{
    /// <summary>
    /// Takes over what must be kept whatever becomes of the rest, then judges every release on a stick against the same state and picks
    /// the newest that fits.
    /// </summary>
    /// <exception cref="RefusedException">Nothing fits and nothing was taken: the refusal that says most, signed metadata before none (I09).</exception>
    internal Judgement Judge(ISectorSource sectors, IReadOnlyList<StickFile> files)
    {
        RefusedException? beside = null;
        Taken? taken = TakeRoots(ReleaseFiles.WithRoots(files).Select(parts => Source(sectors, parts)), ref beside);
        PaperResult small = papers.Take(
            ReleaseFiles.Ending(files, ReleaseName.Approval).Select(f => Source(sectors, [f])),
            ReleaseFiles.Ending(files, ReleaseName.Permit).Select(f => Source(sectors, [f])), EndsTheStick);
        beside = small.Refused.Aggregate(beside, Telling);
        taken = small.Taken ?? taken;

        Offer? best = null;
        RefusedException? telling = null;
        foreach (ImmutableArray<StickFile> parts in ReleaseFiles.Releases(files))
        {
            try
            {
                Offer offer = Judge(Source(sectors, parts)(), small.Downgrade);
                if (offer.Release.Digest == small.Downgrade?.Digest)
                {
                    return new Judgement(offer, null); // who brings a permit means its release, whatever else lies beside it
                }

                best = best is null || offer.Release.Version > best.Release.Version ? offer : best;
            }
            catch (RefusedException refused) when (!EndsTheStick(refused.Code))
            {
                telling = Telling(telling, refused);
            }
        }

        if (best is not null)
        {
            return new Judgement(best, null);
        }

        if (small.Downgrade is not null)
        {
            telling = Telling(telling, new RefusedException(Refusal.PermitForOther, "permit: its release is not on the stick"));
        }

        // A sentence about a release is what the technician came for; keys that were taken over are on record in any case.
        telling = beside is null || (telling is not null && Says(telling) >= Says(beside)) ? telling : beside;
        return taken is not null && (telling is null || Says(telling) == 0)
            ? new Judgement(null, taken)
            : throw telling ?? new RefusedException(Refusal.NoRelease, "part files without a first one, or roots of somebody else");
    }

    /// <summary>Judges one release file, wherever it is read from.</summary>
    /// <param name="source">The file.</param>
    /// <param name="permit">A permit for one release below the floor that lies beside it, or null. Used up when it is needed.</param>
    /// <exception cref="RefusedException">It is not for this device now.</exception>
    internal Offer Judge(IReleaseSource source, Permit? permit = null)
    {
        ReleaseHead head = GkuReader.ReadHead(source);
        KeepRoots(Verifier.UpdateRoots(head, trust.Effective).Trust);
        if (head.RootsOnly)
        {
            throw new RefusedException(Refusal.NoRelease, "roots only");
        }

        VerifiedRelease release = Accept(head, permit);
        if (papers.Site() is not null)
        {
            trust.Content.SiteApprovals.RequireApproved(release.Digest);
        }

        return new Offer(release, source);
    }

    private VerifiedRelease Accept(ReleaseHead head, Permit? permit)
    {
        DeviceFacts facts = Facts() with { PermittedDigest = trust.Content.Permitted };
        try
        {
            return Verifier.Accept(head, trust.Effective, facts);
        }
        catch (RefusedException refused) when (refused.Code == Refusal.InstalledAlready && installer.IdleNeedsRepair())
        {
            // The release that runs, and an idle set that is not whole: the stick repairs it (DESIGN §6).
            return Verifier.Accept(head, trust.Effective, facts with { IdleSetNeedsRepair = true });
        }
        catch (RefusedException refused) when (refused.Code is Refusal.TooOld or Refusal.MetadataRollback && permit is not null)
        {
            VerifiedRelease release = Verifier.Accept(head, trust.Effective, facts with { PermittedDigest = permit.Digest });
            papers.Use(permit);
            return release;
        }
    }

    /// <summary>Walks the roots of every file, in memory, and keeps the newest once (I08): the revocation in one file counts for the release in the next.</summary>
    private Taken? TakeRoots(IEnumerable<Func<IReleaseSource>> sources, ref RefusedException? telling)
    {
        TrustState walked = trust.Effective;
        int before = walked.RootVersion;
        bool known = false;
        try
        {
            foreach (Func<IReleaseSource> open in sources)
            {
                try
                {
                    ReleaseHead head = GkuReader.ReadHead(open());
                    RootUpdate roots = Verifier.UpdateRoots(head, walked);
                    walked = roots.Trust;
                    if (head.RootsOnly)
                    {
                        known |= IsOurs(head, walked);
                        telling = (roots.Stopped ?? head.Fault) is { } fault ? Telling(telling, fault) : telling;
                    }
                }
                catch (RefusedException refused) when (!EndsTheStick(refused.Code))
                {
                    telling = Telling(telling, refused);
                }
            }
        }
        finally
        {
            // Also when the stick is pulled in the middle: what was verified until then counts.
            KeepRoots(walked);
        }

        return walked.RootVersion > before ? Taken.Roots : known ? Taken.RootsKnown : null;
    }

    // Nothing about a stranger's roots is told: only a file that holds our newest root is ours.
    private static bool IsOurs(ReleaseHead head, TrustState trust) =>
        head.Roots.Length >= trust.RootVersion && head.Roots[trust.RootVersion - 1].Span.SequenceEqual(trust.Root.AsSpan());

    private void KeepRoots(TrustState walked)
    {
        if (walked.RootVersion > trust.Effective.RootVersion)
        {
            audit.Append("root", $"version {walked.RootVersion}");
            trust.Change(content => content with { Trust = TrustMove.ToRoot(content.Trust, walked) });
            trust.Commit();
        }
    }

    private static Func<IReleaseSource> Source(ISectorSource sectors, ImmutableArray<StickFile> parts) => () => new StickReleaseSource(sectors, parts);

    private static RefusedException Telling(RefusedException? before, RefusedException refused) => before is null || Says(refused) > Says(before) ? refused : before;

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
