namespace Gatekeeper.Release;

/// <summary>What a device took over from a stick that brings no release for it: signed and valid, so it is told in a plain sentence (I09 c).</summary>
public enum Taken
{
    /// <summary>Newer roots of the manufacturer.</summary>
    Roots,

    /// <summary>Roots that the device knew already.</summary>
    RootsKnown,

    /// <summary>The site's approval of a release.</summary>
    Approval,

    /// <summary>The site's withdrawal of an approval.</summary>
    Withdrawal,

    /// <summary>A word of the site that the device knew already.</summary>
    ApprovalKnown,

    /// <summary>The site's root, set or replaced.</summary>
    SiteRoot,

    /// <summary>The site's root was removed.</summary>
    SiteRootRemoved,

    /// <summary>The device's own facts, by a permit.</summary>
    Provisioned,

    /// <summary>A device is allowed at a port, by a permit.</summary>
    Peripheral,
}

/// <summary>The words of something that was taken over.</summary>
/// <param name="Code">Short code, <c>K-01</c>. A code never changes its meaning.</param>
/// <param name="Sentence">For the screen: one plain sentence.</param>
/// <param name="NextStep">For the screen: what to do now.</param>
public sealed record TakenText(string Code, string Sentence, string NextStep);

/// <summary>All the words of all that can be taken over.</summary>
public static class TakenCatalogue
{
    private const string Remove = "You can remove the stick.";

    private static readonly Dictionary<Taken, TakenText> Texts = new()
    {
        [Taken.Roots] = new("K-01", "New keys of the manufacturer were taken over.", Remove),
        [Taken.RootsKnown] = new("K-02", "This device knows these keys already.", Remove),
        [Taken.Approval] = new("K-03", "The hospital's approval was taken over.", "Now use the stick with the update."),
        [Taken.Withdrawal] = new("K-04", "The hospital's withdrawal was taken over.", Remove),
        [Taken.ApprovalKnown] = new("K-05", "This device knows this decision of the hospital already.", Remove),
        [Taken.SiteRoot] = new("K-06", "The hospital's keys were taken over.", Remove),
        [Taken.SiteRootRemoved] = new("K-07", "The hospital's keys were removed. Updates need no approval any more.", Remove),
        [Taken.Provisioned] = new("K-08", "This device is set up.", Remove),
        [Taken.Peripheral] = new("K-09", "The permit for an accessory was taken over.", "Remove the stick. Then plug the accessory in again."),
    };

    /// <summary>The words of <paramref name="taken"/>.</summary>
    public static TakenText Of(Taken taken) => Texts[taken];
}
