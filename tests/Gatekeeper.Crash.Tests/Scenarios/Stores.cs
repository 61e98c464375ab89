using System.Text;
using Gatekeeper.Crash.Tests.Model;
using Gatekeeper.Update;

namespace Gatekeeper.Crash.Tests.Scenarios;

/// <summary>The audit ring, the stage, and a state that a newer program wrote.</summary>
internal static class Stores
{
    public const string WrapName = "audit ring comes round";
    public const string RecordsName = "audit records";

    /// <summary>The ring comes round: the oldest records are written over.</summary>
    public static Scenario Wrap => Logged(WrapName, () =>
    {
        Board board = Installs.Factory();
        (Unit unit, _) = StartUp.Run(board)!.Value;
        while (unit.Audit.LastSequence < AuditLog.Slots - 2)
        {
            unit.Audit.Append("line");
        }

        return board;
    });

    /// <summary>A few records in a ring that has room.</summary>
    public static Scenario Records => Logged(RecordsName, Installs.Factory);

    /// <summary>The ring was lost: service mode starts a new chain (I13).</summary>
    public static Scenario NewChain => new()
    {
        Name = "a new audit chain",
        Start = () =>
        {
            Board board = Installs.Factory();
            for (int sector = 0; sector < 16; sector++)
            {
                board.StateDisk[(int)(StatePartition.LogRingOffset / Sector.Bytes) + sector] = null;
            }

            return board;
        },
        Act = board =>
        {
            board.Boot();
            var unit = new Unit(board, SlotSet.A, Installs.V1);
            unit.Audit.StartNewChain("service mode");
            unit.Audit.Append("line");
        },
        LogIsLost = true,
        Old = Installs.V1,
        Next = Installs.V2,
        Further = Installs.V3,
    };

    /// <summary>A release is copied, installed from its copy, and the copy is taken away before the switch.</summary>
    public static Scenario Staging => new()
    {
        Name = "staging, and the install from the stage",
        Start = Installs.Factory,
        Act = board =>
        {
            (Unit unit, _) = StartUp.Run(board)!.Value;
            var stage = new StageStore(new DataStage(board.DataDisk, board.Trace), new NotInUse());
            stage.Copy(Installs.V2.Verified, Installs.V2);
            unit.Audit.Append("staged");
            using IStageSource source = stage.Open()!;
            WrittenSlot slot = unit.Installer.Install(Installs.V2.Verified, source);
            stage.Discard();
            unit.Installer.Try(slot);
        },
        Stage = Installs.V2.File.ToArray(),
        Old = Installs.V1,
        Next = Installs.V2,
        Further = Installs.V3,
    };

    /// <summary>A newer program wrote the state in a form that this one may read: the next commit says our format.</summary>
    public static Scenario Migration => new()
    {
        Name = "state of a newer format",
        Start = () =>
        {
            Board board = Installs.Factory();
            (long sequence, byte[] payload) = Areas.Newest(board.StateDisk)!.Value;
            string text = Encoding.UTF8.GetString(payload).Replace("{\"format\":1,\"min_reader\":1,", "{\"format\":9,\"min_reader\":1,\"of_format_9\":true,", StringComparison.Ordinal);
            board.StateDisk.WriteAt(sequence % 2 * StatePartition.AreaBytes, StateArea.Encode(sequence + 1, Encoding.UTF8.GetBytes(text)));
            return board;
        },
        Act = board => StartUp.Settle(board, Installs.V2),
        Old = Installs.V1,
        Next = Installs.V2,
        Further = Installs.V3,
        Installs = true,
    };

    private static Scenario Logged(string name, Func<Board> start) => new()
    {
        Name = name,
        Start = start,
        Act = board =>
        {
            (Unit unit, _) = StartUp.Run(board)!.Value;
            for (int i = 0; i < 4; i++)
            {
                unit.Audit.Append("verdict", $"{i}", "1-2");
            }
        },
        Old = Installs.V1,
        Next = Installs.V2,
        Further = Installs.V3,
    };

    private sealed class NotInUse : IInUse
    {
        public bool InUse => false;
    }
}
