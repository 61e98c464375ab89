namespace Gatekeeper.Crash.Tests.Model;

internal enum OpKind
{
    Write,
    Flush,
    Variable,
}

internal enum StagePromise
{
    /// <summary>Nothing was said: it may be whole or not be there.</summary>
    Nothing,

    /// <summary>"You can pull the stick now."</summary>
    Whole,
}

/// <summary>One operation on a medium, as it reached the storage interface.</summary>
/// <param name="Kind">Write and flush of a disk; a variable is written or deleted at once.</param>
/// <param name="Disk">Its number; -1 for the variable store.</param>
/// <param name="First">First sector of a write.</param>
/// <param name="Sectors">What they hold then.</param>
/// <param name="Name">The variable.</param>
/// <param name="Data">Its new data; null: it is deleted.</param>
/// <param name="Label">What the operation is, in the words of the code it came from.</param>
internal sealed record Op(OpKind Kind, int Disk, int First, Sector?[] Sectors, string Name, byte[]? Data, string Label)
{
    /// <summary>The firmware did it, not the device.</summary>
    public bool ByFirmware { get; init; }

    /// <summary>Once this operation has returned, so many audit records and this commit of the state are acknowledged; null: no more than before.</summary>
    public (long Audit, long State)? Acknowledges { get; init; }

    /// <summary>Whether the next start is promised to be the trial from here on; null: the same as before.</summary>
    public bool? Switched { get; init; }

    /// <summary>What is promised of the stage from here on; null: the same as before.</summary>
    public StagePromise? Stage { get; init; }
}

/// <summary>Takes down operations in the order in which they came, from any thread.</summary>
internal sealed class Trace
{
    private readonly List<Op> ops = [];
    private readonly Lock gate = new();

    public IReadOnlyList<Op> Ops => ops;

    public void Add(Op op)
    {
        lock (gate)
        {
            ops.Add(op);
        }
    }

    /// <summary>Marks the last operation.</summary>
    public void MarkLast(Func<Op, Op> mark)
    {
        lock (gate)
        {
            ops[^1] = mark(ops[^1]);
        }
    }
}
