using Gatekeeper.Crash.Tests.Model;
using Gatekeeper.Update;

namespace Gatekeeper.Crash.Tests;

/// <summary>What a sector that was under write at the cut may hold besides old and new.</summary>
internal enum Damage
{
    None,

    /// <summary>Anything.</summary>
    Garbage,

    /// <summary>Its reading is an error.</summary>
    Unreadable,

    /// <summary>New bytes, then old ones.</summary>
    FrontIsNew,

    /// <summary>Old bytes, then new ones.</summary>
    BackIsNew,
}

/// <summary>A sector that was written and not flushed.</summary>
internal readonly record struct Unflushed(int Disk, int Place, Sector? Old, Sector? New);

/// <summary>What was acknowledged when the power went.</summary>
internal readonly record struct Acknowledged(long Audit, long State, bool Switched, StagePromise Stage);

/// <summary>The same for the same content: of the record areas, of the audit log, of the other partitions, of the boot variables.</summary>
internal readonly record struct PartKeys(UInt128 Areas, UInt128 Log, UInt128 Rest, UInt128 Variables)
{
    public PartKeys With(int disk, int place, UInt128 change) => (disk, place) switch
    {
        (Board.State, < (int)(StatePartition.LogHeadOffset / Sector.Bytes)) => this with { Areas = unchecked(Areas + change) },
        (Board.State, _) => this with { Log = unchecked(Log + change) },
        _ => this with { Rest = unchecked(Rest + change) },
    };
}

/// <summary>One state of all media after a cut. It is only made when somebody asks for the board.</summary>
internal sealed class CrashState(Board durable, List<(Unflushed Sector, Sector? Holds)> survived, PartKeys keys)
{
    /// <summary>The last operation that had returned, counted from 0; -1: none had.</summary>
    public required int After { get; init; }

    public required Acknowledged Acknowledged { get; init; }

    /// <summary>How it was chosen, for messages.</summary>
    public required string Choice { get; init; }

    public PartKeys Keys { get; } = keys;

    /// <summary>The same for the same content of all media with the same acknowledged.</summary>
    public (UInt128, Acknowledged) Key => (unchecked(Keys.Areas + Keys.Log + Keys.Rest + Keys.Variables), Acknowledged);

    public Board Make()
    {
        Board board = durable.Fork();
        foreach ((Unflushed sector, Sector? holds) in survived)
        {
            board[sector.Disk][sector.Place] = holds;
        }

        return board;
    }
}
