namespace Gatekeeper.Rig;

/// <summary>One write or flush that a guest sent to its disk.</summary>
/// <param name="Number">From 1, all writes and flushes counted together.</param>
/// <param name="IsFlush">A flush; offset and length are 0.</param>
/// <param name="Offset">Byte offset on the disk.</param>
/// <param name="Length">Bytes.</param>
/// <param name="IsZero">A trim or a write of zeroes without data.</param>
public readonly record struct DiskAct(long Number, bool IsFlush, long Offset, long Length, bool IsZero = false)
{
    /// <summary>Whether the act touches a range.</summary>
    public bool Touches(long start, long length) => !IsFlush && Offset < start + length && Offset + Length > start;
}

/// <summary>When the power goes, and what the disk's cache does then.</summary>
/// <param name="When">Asked before each write and flush is carried out; true: it is the last thing the guest asked for.</param>
/// <param name="Applied">Whether that act still reached the cache (a flush: the medium) before the cut.</param>
/// <param name="Kept">Share of the cached sectors that survive, 0 to 1.</param>
/// <param name="Seed">Makes the choice repeatable.</param>
public sealed record CutRule(Func<DiskAct, bool> When, bool Applied = true, double Kept = 0, int Seed = 1)
{
    /// <summary>Cut inside write or flush number <paramref name="number"/>.</summary>
    public static CutRule AtAct(long number, double kept = 0, int seed = 1) => new(act => act.Number >= number, true, kept, seed);

    /// <summary>Cut at the n-th write that touches a range, for example the system partition of set b.</summary>
    public static CutRule InRange(long start, long length, int nth = 1, bool applied = true, double kept = 0, int seed = 1)
    {
        int seen = 0;
        return new CutRule(act => act.Touches(start, length) && ++seen >= nth, applied, kept, seed);
    }
}
