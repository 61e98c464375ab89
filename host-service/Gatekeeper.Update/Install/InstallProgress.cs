using Gatekeeper.Release;

namespace Gatekeeper.Update;

/// <summary>What an install is doing.</summary>
public enum InstallPhase
{
    /// <summary>The running set is compared with its record.</summary>
    CheckingRunning,

    /// <summary>Chunks are verified and written.</summary>
    Writing,

    /// <summary>What was written is read back past the cache.</summary>
    ReadingBack,
}

/// <summary>How far an install is. Bytes of all phases are known from the start, so the part done never goes back.</summary>
/// <param name="Phase">What it is doing.</param>
/// <param name="Done">Bytes read, written or read back so far.</param>
/// <param name="Total">Bytes in all phases together, above 0.</param>
public readonly record struct InstallProgress(InstallPhase Phase, long Done, long Total)
{
    /// <summary>0 to 100.</summary>
    public int Percent => (int)(Done * 100 / Total);
}

/// <summary>Counts bytes, tells the caller, and stops when asked to or when the device comes into use (I15).</summary>
/// <param name="total">Bytes in all phases.</param>
/// <param name="inUse">Null: what is done reads only and was not asked to make room.</param>
internal sealed class ProgressMeter(long total, IInUse? inUse)
{
    private long done;

    public InstallPhase Phase { get; set; }

    /// <summary>Called after each chunk, on the working thread.</summary>
    public Action<InstallProgress>? Report { get; set; }

    public CancellationToken Stop { get; set; }

    /// <summary>A chunk is done.</summary>
    /// <exception cref="OperationCanceledException">The caller wants to stop.</exception>
    public void Add(int bytes)
    {
        done += bytes;
        Report?.Invoke(new InstallProgress(Phase, Math.Min(done, total), total));
        Stop.ThrowIfCancellationRequested();
    }

    /// <summary>Before each piece of at most <see cref="Limits.LeaseWriteBytes"/> written, or <see cref="Limits.LeaseReadBytes"/> read.</summary>
    /// <exception cref="RefusedException"><see cref="Refusal.InUse"/>: the piece must not be written.</exception>
    public void Look()
    {
        if (inUse is { InUse: true })
        {
            throw new RefusedException(Refusal.InUse, "the device came into use");
        }
    }
}
