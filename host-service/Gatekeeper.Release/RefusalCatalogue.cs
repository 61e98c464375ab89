namespace Gatekeeper.Release;

/// <summary>Invariant I09: what may be seen of a refusal.</summary>
public enum RefusalClass
{
    /// <summary>Not a candidate: nothing is seen.</summary>
    NotACandidate,

    /// <summary>No valid signed metadata: nothing is seen.</summary>
    NoSignedMetadata,

    /// <summary>Valid signed metadata: a plain sentence is shown.</summary>
    SignedMetadata,

    /// <summary>The device's own state: shown in status and by the doctor.</summary>
    Device,
}

/// <summary>The words of one refusal. Sentence and next step may hold placeholders in braces; <see cref="Fill"/> puts verified facts there.</summary>
/// <param name="Code">Short code a technician can read out, for example <c>U-03</c>. A code never changes its meaning.</param>
/// <param name="Class">What may be seen of it.</param>
/// <param name="Sentence">For the screen: one plain sentence.</param>
/// <param name="NextStep">For the screen: what to do now.</param>
/// <param name="Audit">For the audit log.</param>
public sealed record RefusalText(string Code, RefusalClass Class, string Sentence, string NextStep, string Audit)
{
    /// <summary>The same text with its placeholders filled. A fact that is not known becomes "unknown".</summary>
    /// <param name="release">From <see cref="RefusedException.Release"/>.</param>
    /// <param name="device">What the release was judged against.</param>
    public RefusalText Fill(ReleaseFacts? release, DeviceFacts? device) =>
        this with { Sentence = Replace(Sentence, release, device), NextStep = Replace(NextStep, release, device) };

    private static string Replace(string text, ReleaseFacts? release, DeviceFacts? device) => text
        .Replace("{release_product}", release?.Product ?? "unknown", StringComparison.Ordinal)
        .Replace("{release_version}", release?.Version.ToString() ?? "unknown", StringComparison.Ordinal)
        .Replace("{device_product}", device?.Product ?? "unknown", StringComparison.Ordinal)
        .Replace("{device_hardware}", device?.HardwareId ?? "unknown", StringComparison.Ordinal)
        .Replace("{running_version}", device?.Running.ToString() ?? "unknown", StringComparison.Ordinal);
}

/// <summary>All the words of all refusals: the screen's, the technician's next step and the audit log's. Codes: U for what is not shown (I09 a and b), R for a release, P for permits and approvals, D for the device.</summary>
public static partial class RefusalCatalogue
{
    private static readonly Dictionary<Refusal, RefusalText> Texts = new(
        [.. NotCandidates(), .. Unsigned(), .. Releases(), .. Permits(), .. Devices()]);

    /// <summary>The words of <paramref name="refusal"/>.</summary>
    public static RefusalText Of(Refusal refusal) => Texts[refusal];
}
