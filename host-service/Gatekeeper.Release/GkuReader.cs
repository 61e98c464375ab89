namespace Gatekeeper.Release;

/// <summary>Reads the head of a <c>.gku</c> or <c>.gkr</c> file (FORMAT.md §3).</summary>
public static partial class GkuReader
{
    /// <summary>Reads roots, timestamp, snapshot, targets and release document into memory, bounded by <see cref="Limits.MaxMetadataTotalBytes"/>. Nothing behind them is read.</summary>
    /// <exception cref="RefusedException"><see cref="Refusal.FileMalformed"/> when not even root 1 is there; and what the source throws.</exception>
    public static ReleaseHead ReadHead(IReleaseSource source)
    {
        throw new NotSupportedException();
    }
}
