using System.Collections.Immutable;

namespace Gatekeeper.Release.Permits;

/// <summary>The newest word of a site on one release.</summary>
/// <param name="Digest">The release's digest, 64 lower-case hex digits.</param>
/// <param name="Sequence">Its sequence, 1 or more.</param>
/// <param name="Decision">What it says.</param>
public sealed record SiteWord(string Digest, long Sequence, SiteDecision Decision);

/// <summary>
/// All a device remembers of what its site said, one word for each release (FORMAT.md ). Immutable; the device's state keeps it.
/// Nothing is ever taken out: who could push out a withdrawal could bring back what it withdrew.
/// </summary>
public sealed record SiteApprovals
{
    /// <summary>A book of a site that has said nothing yet.</summary>
    public static SiteApprovals Empty { get; } = new();

    /// <summary>The words, in strictly rising order of digest.</summary>
    public ImmutableArray<SiteWord> Words { get; init; } = [];

    /// <summary>The book after <paramref name="approval"/>. The same book when it knows as much or more: a higher sequence counts, and of two words with one sequence the withdrawal, so that the order in which sticks come does not matter.</summary>
    /// <exception cref="RefusedException"><see cref="Refusal.ApprovalsFull"/>: a release more than the book has room for. A word on a release it knows always has room.</exception>
    public SiteApprovals With(SiteApproval approval)
    {
        var word = new SiteWord(approval.Digest, approval.Sequence, approval.Decision);
        int at = IndexOf(approval.Digest);
        if (at >= 0)
        {
            return IsNewer(word, Words[at]) ? this with { Words = Words.SetItem(at, word) } : this;
        }

        // room for withdrawals goes on where room for approvals ends.
        int most = word.Decision == SiteDecision.Withdraw ? Limits.MaxApprovalsWithWithdrawals : Limits.MaxApprovals;
        return Words.Length < most
            ? this with { Words = Words.Insert(~at, word) }
            : throw new RefusedException(Refusal.ApprovalsFull, $"approvals: {Words.Length} releases are kept");
    }

    /// <summary>Whether the site's newest word on a release is that it may be installed.</summary>
    /// <param name="digest">The release's digest, 64 lower-case hex digits.</param>
    public bool IsApproved(string digest) => Find(digest)?.Decision == SiteDecision.Approve;

    /// <summary>Refuses a release that the site did not approve.</summary>
    /// <exception cref="RefusedException"><see cref="Refusal.ApprovalMissing"/> or <see cref="Refusal.ApprovalWithdrawn"/>.</exception>
    public void RequireApproved(string digest)
    {
        if (!IsApproved(digest))
        {
            throw new RefusedException(Find(digest) is null ? Refusal.ApprovalMissing : Refusal.ApprovalWithdrawn, "approvals: the release's digest");
        }
    }

    /// <summary>The newest word on a release, or null when there is none.</summary>
    public SiteWord? Find(string digest) => IndexOf(digest) is >= 0 and int at ? Words[at] : null;

    /// <inheritdoc/>
    public bool Equals(SiteApprovals? other) => other is not null && Words.SequenceEqual(other.Words);

    /// <inheritdoc/>
    public override int GetHashCode() => Words.Length;

    private static bool IsNewer(SiteWord word, SiteWord known) =>
        word.Sequence > known.Sequence || (word.Sequence == known.Sequence && word.Decision == SiteDecision.Withdraw && known.Decision != SiteDecision.Withdraw);

    // The complement of where it belongs when it is not there, as BinarySearch gives it.
    private int IndexOf(string digest)
    {
        int low = 0;
        int high = Words.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            int order = string.CompareOrdinal(Words[middle].Digest, digest);
            if (order == 0)
            {
                return middle;
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return ~low;
    }
}
