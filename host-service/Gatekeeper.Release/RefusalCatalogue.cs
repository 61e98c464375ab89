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

/// <summary>The words of one refusal.</summary>
/// <param name="Code">Short code a technician can read out, for example <c>U-03</c>.</param>
/// <param name="Class">What may be seen of it.</param>
/// <param name="Sentence">For the screen: one plain sentence.</param>
/// <param name="NextStep">For the screen: what to do now.</param>
/// <param name="Audit">For the audit log.</param>
public sealed record RefusalText(string Code, RefusalClass Class, string Sentence, string NextStep, string Audit);

/// <summary>All the words of all refusals: the screen's, the technician's next step and the audit log's.</summary>
public static partial class RefusalCatalogue
{
}
