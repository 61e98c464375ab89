using System.Collections.Immutable;
using Gatekeeper.Release;
using Gatekeeper.Release.Permits;
using Gatekeeper.Service.Control;
using Gatekeeper.Update;

namespace Gatekeeper.Service.Papers;

/// <summary>What the small files on a stick brought.</summary>
internal sealed class PaperResult
{
    /// <summary>What was taken over, the last thing; null when nothing was.</summary>
    internal Taken? Taken { get; set; }

    /// <summary>A permit for one release below the floor. It is used up only when that release is there.</summary>
    internal Permit? Downgrade { get; set; }

    /// <summary>Refusals, in the order of the files.</summary>
    internal List<RefusedException> Refused { get; } = [];
}

/// <summary>
/// Takes over what lies beside releases on a stick: a site's approvals and roots (<c>.gka</c>), the manufacturer's permits (<c>.gkp</c>). Each is
/// verified whole in memory and kept in one commit (I08), whatever becomes of the rest of the stick.
/// </summary>
/// <param name="trust">The trust state.</param>
/// <param name="audit">The audit log: each thing is on record before it is kept.</param>
/// <param name="image">What runs here.</param>
/// <param name="provision">Gives the device the facts of a permit: see <see cref="Provisioning"/>.</param>
internal sealed class PaperDesk(TrustStore trust, AuditLog audit, ImageInfo image, Action<DeviceRecord> provision)
{
    /// <summary>Takes over what is valid and new.</summary>
    /// <param name="siteFiles">Opens each file of the site.</param>
    /// <param name="permits">Opens each permit.</param>
    /// <param name="endsTheStick">Which refusals say that the stick itself is gone; these are thrown.</param>
    /// <exception cref="RefusedException">The stick, the state partition or the audit log failed.</exception>
    internal PaperResult Take(IEnumerable<Func<IReleaseSource>> siteFiles, IEnumerable<Func<IReleaseSource>> permits, Func<Refusal, bool> endsTheStick)
    {
        var result = new PaperResult();
        void Each<T>(IEnumerable<T> papers, Action<T> take)
        {
            foreach (T paper in papers)
            {
                try
                {
                    take(paper);
                }
                catch (RefusedException refused) when (!endsTheStick(refused.Code))
                {
                    result.Refused.Add(refused);
                }
            }
        }

        Each(permits, open => TakePermit(Read(open(), Limits.MaxPermitBytes), result));
        List<byte[]> files = [];
        Each(siteFiles, open => files.Add(Read(open(), Limits.MaxApprovalFileBytes)));
        if (files.Count == 0)
        {
            return result;
        }

        if (Site() is not { } site)
        {
            result.Refused.Add(new RefusedException(Refusal.SignatureMissing, "approval: this device has no site root"));
            return result;
        }

        // The site's roots first and as far as they lead, whatever the files are called: an approval may need the newest.
        site = TakeSiteRoots(files, site, result, endsTheStick);
        Each(files, file => TakeApproval(file, site, result));
        return result;
    }

    /// <summary>Uses a permit up: the challenge is closed and the release allowed in one commit, before anything else happens .</summary>
    internal void Use(Permit permit)
    {
        audit.Append("permit", $"downgrade to digest {permit.Digest}");
        trust.Change(content => content with { Challenge = null, Permitted = permit.Digest });
        trust.Commit();
    }

    /// <summary>The device's site root, or null.</summary>
    /// <exception cref="RefusedException">As for <see cref="SiteOf"/>.</exception>
    internal SiteRoot? Site() => SiteOf(trust.Content);

    /// <summary>The site root that a state holds, or null.</summary>
    /// <exception cref="RefusedException"><see cref="Refusal.State"/>: what is kept there cannot be read; then nothing may be installed.</exception>
    internal static SiteRoot? SiteOf(StateContent content)
    {
        if (content.Device?.SiteRoot is not { } bytes)
        {
            return null;
        }

        try
        {
            return SiteRoot.ParseFirst(bytes);
        }
        catch (RefusedException refused)
        {
            throw new RefusedException(Refusal.State, $"site root: {refused.Detail}");
        }
    }

    /// <summary>Takes over the roots that follow, and takes their files out of <paramref name="files"/>.</summary>
    /// <returns>The newest.</returns>
    private SiteRoot TakeSiteRoots(List<byte[]> files, SiteRoot site, PaperResult result, Func<Refusal, bool> endsTheStick)
    {
        bool moved = true;
        while (moved)
        {
            moved = false;
            foreach (byte[] file in files.ToArray())
            {
                try
                {
                    if (SiteFile.Verify(file, site) is SiteRoot next)
                    {
                        audit.Append("site-root", $"version {next.Version}");
                        trust.Change(content => content with { Device = content.Device! with { SiteRoot = [.. next.File] } });
                        trust.Commit();
                        site = next;
                        result.Taken = Taken.SiteRoot;
                        moved = files.Remove(file);
                    }
                }
                catch (RefusedException refused) when (!endsTheStick(refused.Code))
                {
                    // It is left, and is judged once more when no root moves any more: that refusal counts.
                }
            }
        }

        return site;
    }

    private void TakeApproval(byte[] file, SiteRoot site, PaperResult result)
    {
        if (SiteFile.Verify(file, site) is not SiteApproval approval)
        {
            return; // a root that follows was taken before
        }

        approval.RequireProduct(image.Product);
        SiteApprovals before = trust.Content.SiteApprovals;
        SiteApprovals after = before.With(approval);
        if (ReferenceEquals(before, after))
        {
            if (before.Find(approval.Digest) is { } known && known.Sequence > approval.Sequence)
            {
                throw new RefusedException(Refusal.ApprovalOlder, $"approval: sequence {approval.Sequence}, kept is {known.Sequence}");
            }

            result.Taken ??= Taken.ApprovalKnown;
            return;
        }

        bool approved = approval.Decision == SiteDecision.Approve;
        audit.Append(approved ? "approved" : "withdrawn", $"sequence {approval.Sequence} digest {approval.Digest}");
        trust.Change(content => content with { SiteApprovals = after });
        trust.Commit();
        result.Taken = approved ? Taken.Approval : Taken.Withdrawal;
    }

    private void TakePermit(byte[] file, PaperResult result)
    {
        Permit permit = Permit.Verify(file, trust.Effective);
        StateContent now = trust.Content;
        string device = now.Device?.Id ?? "";
        OpenChallenge? open = now.Challenge;
        permit.Judge(new PermitSituation(
            image.Product, device, open is null ? null : new Challenge(open.Action, device, open.Nonce), now.Device is null && !now.TrustRebuilt));
        switch (permit.Action)
        {
            case PermitAction.Provision:
                audit.Append("permit", "provision");
                Provision(DeviceRecords.Of(permit.Device!));
                result.Taken = Taken.Provisioned;
                break;
            case PermitAction.SiteRoot:
                audit.Append("permit", permit.SiteRoot is null ? "site-root removed" : "site-root set");

                // the words of another site are not this one's.
                trust.Change(content => content with
                {
                    Challenge = null,
                    Device = content.Device! with { SiteRoot = permit.SiteRoot is { } root ? [.. root] : null },
                    SiteApprovals = SiteApprovals.Empty,
                });
                trust.Commit();
                result.Taken = permit.SiteRoot is null ? Taken.SiteRootRemoved : Taken.SiteRoot;
                break;
            case PermitAction.Peripheral:
                result.Taken = TakePeripheral(permit.Peripheral!, open);
                break;
            case PermitAction.Downgrade when open?.Digest != permit.Digest:
                throw new RefusedException(Refusal.PermitForOther, "permit: the challenge is about another release");
            case PermitAction.Downgrade:
                result.Downgrade = permit;
                break;
        }
    }

    private Taken TakePeripheral(PermittedPeripheral peripheral, OpenChallenge? open)
    {
        if (open is null || new PermittedPeripheral(open.Digest ?? "", open.Port ?? "") != peripheral)
        {
            throw new RefusedException(Refusal.PermitForOther, "permit: the challenge is about another device or port");
        }

        ImmutableArray<PermittedPeripheral> others = trust.Content.Peripherals.Remove(peripheral);
        if (others.Length >= Limits.MaxPermittedPeripherals)
        {
            throw new RefusedException(Refusal.PeripheralsFull, $"permit: {others.Length} devices are allowed already");
        }

        audit.Append("permit", $"peripheral {peripheral.Digest}", peripheral.Port);
        trust.Change(content => content with { Challenge = null, Peripherals = others.Add(peripheral) });
        trust.Commit();
        return Taken.Peripheral;
    }

    private void Provision(DeviceRecord facts)
    {
        try
        {
            provision(facts);
        }
        catch (RequestRefusedException refused)
        {
            throw new RefusedException(Refusal.State, refused.Message);
        }
    }

    private static byte[] Read(IReleaseSource source, int most)
    {
        // One byte more than may be there is read, so that the reader refuses it for its length.
        byte[] bytes = new byte[(int)Math.Min(source.Length, most + 1L)];
        source.ReadAt(0, bytes);
        return bytes;
    }
}
