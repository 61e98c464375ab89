using Gatekeeper.Crash.Tests.Model;

namespace Gatekeeper.Crash.Tests;

/// <summary>The same operations with one fsync, one variable or one order lost: what somebody might change without knowing why it is there.</summary>
/// <param name="What">What was lost, the same words for the same place in the code.</param>
/// <param name="Ops">The operations as the media see them then.</param>
internal sealed record Mutant(string What, IReadOnlyList<Op> Ops)
{
    /// <summary>All of a recording.</summary>
    public static IEnumerable<Mutant> Of(Recording recording)
    {
        IReadOnlyList<Op> ops = recording.Ops;
        for (int i = 0; i < ops.Count; i++)
        {
            Op op = ops[i];
            switch (op.Kind)
            {
                case OpKind.Flush:
                    yield return new Mutant($"no {op.Label}", Without(ops, i));
                    break;
                case OpKind.Variable when !op.ByFirmware:
                    yield return new Mutant($"no step: {op.Label}", Without(ops, i));
                    break;
                case OpKind.Write when NextFlush(ops, i) is { } flush:
                    yield return new Mutant($"written after its flush: {op.Label}", [.. ops.Take(i), .. ops.Skip(i + 1).Take(flush - i), op, .. ops.Skip(flush + 1)]);
                    break;
            }
        }

        List<List<Op>> steps = Steps(ops);
        for (int i = 0; i + 1 < steps.Count; i++)
        {
            if (!steps[i][0].ByFirmware && !steps[i + 1][0].ByFirmware)
            {
                yield return new Mutant(
                    $"before “{steps[i][0].Label}”: “{steps[i + 1][0].Label}”",
                    [.. steps.Take(i).SelectMany(s => s), .. steps[i + 1], .. steps[i], .. steps.Skip(i + 2).SelectMany(s => s)]);
            }
        }
    }

    // Whoever waited for it goes on without it: what it promised is promised all the same.
    private static List<Op> Without(IReadOnlyList<Op> ops, int lost)
    {
        var rest = ops.ToList();
        rest[lost - 1] = rest[lost - 1] with
        {
            Acknowledges = rest[lost].Acknowledges ?? rest[lost - 1].Acknowledges,
            Switched = rest[lost].Switched ?? rest[lost - 1].Switched,
            Stage = rest[lost].Stage ?? rest[lost - 1].Stage,
        };
        rest.RemoveAt(lost);
        return rest;
    }

    private static int? NextFlush(IReadOnlyList<Op> ops, int write)
    {
        for (int i = write + 1; i < ops.Count; i++)
        {
            if (ops[i].Kind == OpKind.Flush && ops[i].Disk == ops[write].Disk)
            {
                return i;
            }
        }

        return null;
    }

    // A step is what the code does before it goes on: writes of one disk up to their flush, or one variable.
    private static List<List<Op>> Steps(IReadOnlyList<Op> ops)
    {
        var steps = new List<List<Op>>();
        bool open = false;
        foreach (Op op in ops)
        {
            if (open && op.Kind != OpKind.Variable && steps[^1][0].Disk == op.Disk)
            {
                steps[^1].Add(op);
            }
            else
            {
                steps.Add([op]);
            }

            open = op.Kind == OpKind.Write;
        }

        return steps;
    }
}
