using Gatekeeper.Crash.Tests.Model;
using Gatekeeper.Update;
using Gatekeeper.Update.Tests.Model;

namespace Gatekeeper.Crash.Tests;

/// <summary>A line of the audit log and what it has to stand before (I13).</summary>
/// <param name="Event">The line's word.</param>
/// <param name="Effect">True when the state after it, compared with the one the scenario began with, has the effect.</param>
/// <param name="Times">How many such lines there have to be.</param>
internal sealed record OnRecord(string Event, Func<StateContent, StateContent, bool> Effect, int Times = 1);

/// <summary>Something that a device does and that the power may interrupt.</summary>
internal sealed class Scenario
{
    public required string Name { get; init; }

    /// <summary>Makes the board as it is before.</summary>
    public required Func<Board> Start { get; init; }

    /// <summary>Does it, over as many starts of the machine as it takes.</summary>
    public required Action<Board> Act { get; init; }

    /// <summary>What runs before.</summary>
    public required TestRelease Old { get; init; }

    /// <summary>What is installed: by <see cref="Act"/>, or after the cut.</summary>
    public required TestRelease Next { get; init; }

    /// <summary>A release beside the two, for the install after a cut that left one set unreadable.</summary>
    public required TestRelease Further { get; init; }

    /// <summary>True when <see cref="Act"/> ends with <see cref="Next"/> kept.</summary>
    public bool Installs { get; init; }

    /// <summary>What the factory does when nothing of ours boots; null: something has to.</summary>
    public Action<Board>? AtTheFactory { get; init; }

    /// <summary>The set that was lost before: the record does not know it yet.</summary>
    public SlotSet? Lost { get; init; }

    /// <summary>The audit log was lost before: it is broken until somebody starts a new chain.</summary>
    public bool LogIsLost { get; init; }

    /// <summary>What must be on record before the state may differ from its start in a way of this scenario's own (I13).</summary>
    public IReadOnlyList<OnRecord> OnRecord { get; init; } = [];

    /// <summary>The whole stage that <see cref="Act"/> leaves or takes away; null: it has nothing to do with staging.</summary>
    public byte[]? Stage { get; init; }
}
