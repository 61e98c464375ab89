namespace Gatekeeper.Release;

/// <summary>What a device took over from a stick that brings no release for it: signed and valid, so it is told in a plain sentence (I09 c).</summary>
public enum Taken
{
    /// <summary>Newer roots of the manufacturer.</summary>
    Roots,

    /// <summary>Roots that the device knew already.</summary>
    RootsKnown,
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
    };

    /// <summary>The words of <paramref name="taken"/>.</summary>
    public static TakenText Of(Taken taken) => Texts[taken];
}
