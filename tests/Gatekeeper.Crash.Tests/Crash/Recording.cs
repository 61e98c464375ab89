using Gatekeeper.Crash.Tests.Model;
using Gatekeeper.Update;

namespace Gatekeeper.Crash.Tests;

/// <summary>A scenario that ran once: where it began, every operation, and what was acknowledged when.</summary>
internal sealed class Recording
{
    private Recording(Scenario scenario, Board start, IReadOnlyList<Op> ops)
    {
        (Scenario, Start) = (scenario, start);
        AtTheFactory = new Unit(start.Fork(), null, scenario.Old).Running;
        StartContent = TrustStore.Open(start.StateDisk, AtTheFactory).Content;
        if (Areas.Newest(start.StateDisk) is { } newest)
        {
            States[newest.Sequence] = newest.Payload;
        }

        StartAudit = AuditLog.Read(start.StateDisk) is { Count: > 0 } entries ? entries[^1].Sequence : 0;
        Ops = Annotate(ops);
    }

    public Scenario Scenario { get; }

    public Board Start { get; }

    /// <summary>The old system as the factory's own means start it: of no set. Whoever only reads a state says this.</summary>
    public RunningSystem AtTheFactory { get; }

    public StateContent StartContent { get; }

    public long StartAudit { get; }

    public IReadOnlyList<Op> Ops { get; }

    /// <summary>Payload of every state that was there or was committed, by sequence number.</summary>
    public Dictionary<long, byte[]> States { get; } = [];

    public static Recording Of(Scenario scenario)
    {
        Board start = scenario.Start();
        var trace = new Trace();
        scenario.Act(start.Fork(trace));
        return new Recording(scenario, start, trace.Ops);
    }

    private Op[] Annotate(IReadOnlyList<Op> ops)
    {
        var annotated = new Op[ops.Count];
        var last = new Dictionary<int, string>();
        (long Audit, long State) written = default;
        for (int i = 0; i < ops.Count; i++)
        {
            Op op = ops[i];
            if (op.Kind == OpKind.Write)
            {
                string label = OpLabel.Of(op, ref written, States);
                last[op.Disk] = label;
                annotated[i] = op with { Label = label };
            }
            else if (op.Kind == OpKind.Flush)
            {
                // Append and Commit return when this has returned.
                annotated[i] = op with { Label = $"flush after: {last.GetValueOrDefault(op.Disk, "nothing")}", Acknowledges = op.Disk == Board.State ? written : null };
                written = op.Disk == Board.State ? default : written;
            }
            else
            {
                annotated[i] = op.Name == "BootNext" ? op with { Switched = op.Data is not null } : op;
            }
        }

        return annotated;
    }
}
