using System.Security.Cryptography;
using System.Text;
using Gatekeeper.Crash.Tests.Model;
using Gatekeeper.Update;
using Gatekeeper.Update.Tests.Model;

namespace Gatekeeper.Crash.Tests;

/// <summary>
/// Judges crash states: the rules on each that is unlike all before, three starts, and an install after them. What a start does depends on which
/// commit and which record are the newest, on the boot variables, and on which sets are whole: what is torn is only found to be torn. So a state that
/// is like an earlier one in all that brings a start nothing new; <see cref="Thoroughness"/> says how many of these are started all the same.
/// </summary>
internal sealed class Judge(Recording recording, Thoroughness how, Tally tally)
{
    private static readonly SlotSet?[] Refused = [null, SlotSet.A, SlotSet.B];
    private readonly HashSet<(UInt128, Acknowledged)> seen = [];
    private readonly HashSet<(long?, int, long, UInt128, string, Acknowledged)> started = [];
    private readonly HashSet<string> installed = [];
    private readonly Dictionary<UInt128, AreasFound> areas = [];
    private readonly Dictionary<UInt128, LogFound> logs = [];
    private int cut = int.MinValue;

    /// <exception cref="CrashViolationException">The state is outside I07, or another rule does not hold.</exception>
    public void Try(CrashState state)
    {
        tally.Tried++;
        if (!seen.Add(state.Key))
        {
            return;
        }

        tally.Unlike++;
        Board board = state.Make();
        Found found = Read(state, board);
        Rules.Check(found);
        bool isNew = started.Add((found.Areas.Newest?.Sequence, found.Areas.Trust.WholeCopies, found.Log.Last, state.Keys.Variables, Sets(board), state.Acknowledged));
        if (!isNew && tally.Unlike % how.StartEvery != 0)
        {
            return;
        }

        foreach (SlotSet? refused in Refused)
        {
            Start(found, board.Fork(), refused);
        }
    }

    /// <summary>The last state of a scenario that installs: it has come to its end.</summary>
    public void RequireDone(CrashState state)
    {
        Board board = state.Make();
        if (recording.Scenario.Installs)
        {
            (SlotSet, TestRelease Release)? booted = board.Boot();
            CrashViolationException.Unless(booted?.Release == recording.Scenario.Next, "the install comes to its end", "the new release does not run");
        }
    }

    private void Start(Found found, Board board, SlotSet? refused)
    {
        if (refused is { } set)
        {
            board.Refuse(set);
        }

        board.Boots = 1000;
        tally.Starts++;
        if (StartUp.Run(board) is not { } start)
        {
            tally.None++;
            NothingBoots(found, board, refused);
            return;
        }

        tally.Old += start.Unit.Release == recording.Scenario.Old ? 1 : 0;
        tally.New += start.Unit.Release == recording.Scenario.Next ? 1 : 0;
        CrashViolationException.Unless(start.Situation != TrialSituation.Unproven, "what runs is proven", $"refused: {refused}");
        CrashViolationException.Unless(start.Unit.Trust.Content.Trust.Floor >= found.Recording.StartContent.Trust.Floor, "the floor never goes down", "after a start");
        bool isNew = installed.Add(Situation(board, start.Unit, refused));
        if (isNew || tally.Starts % how.InstallEvery == 0)
        {
            tally.Installs++;
            StartUp.Settle(board, refused is null ? recording.Scenario.Next : recording.Scenario.Further, start);
        }
    }

    private void NothingBoots(Found found, Board board, SlotSet? refused)
    {
        if (recording.Scenario.AtTheFactory is { } factory && found.Boot.Order.IsEmpty)
        {
            if (refused is null)
            {
                factory(board);
                StartUp.Settle(board, recording.Scenario.Next);
            }

            return;
        }

        bool good = refused is { } gone && found.Content.Set(gone.Other()) is { State: SetState.Kept } && found.Board.Whole(gone.Other()) is not null;
        CrashViolationException.Unless(refused is not null && !good, "a good set boots", $"refused: {refused}");
    }

    // What an install after this start depends on. The content of a set that is not whole does not count: it is written over, and the
    // audit ring was judged already. Every InstallEvery-th state is installed into all the same.
    private static string Situation(Board board, Unit unit, SlotSet? refused)
    {
        var text = new StringBuilder($"{refused} {unit.Running.Set} {Sets(board)} {board.Efi.Key()} ");
        if (Areas.Newest(board.StateDisk) is { } area)
        {
            text.Append(area.Sequence).Append(Convert.ToHexString(SHA256.HashData(area.Payload)));
        }

        return text.ToString();
    }

    private static string Sets(Board board) => $"{Whole(board, SlotSet.A)} {Whole(board, SlotSet.B)}";

    private static string Whole(Board board, SlotSet set) => board.Whole(set)?.Verified.Version.ToString() ?? "-";

    // The same bytes are read once: the states of one cut share many.
    private Found Read(CrashState state, Board board)
    {
        if (cut != state.After)
        {
            areas.Clear();
            logs.Clear();
            started.Clear();
            cut = state.After;
        }

        if (!areas.TryGetValue(state.Keys.Areas, out AreasFound? area))
        {
            areas[state.Keys.Areas] = area = new AreasFound(recording, board);
        }

        if (!logs.TryGetValue(state.Keys.Log, out LogFound? log))
        {
            logs[state.Keys.Log] = log = new LogFound(recording, board);
        }

        return new Found(recording, state, board, area, log);
    }
}
