using System.Text.Json;
using Gatekeeper.Crash.Tests.Model;
using Gatekeeper.Update;

namespace Gatekeeper.Crash.Tests;

/// <summary>Says of a write what it is, by where it goes and what it holds.</summary>
internal static class OpLabel
{
    /// <param name="op">The write.</param>
    /// <param name="written">Moves on with each audit record and each commit.</param>
    /// <param name="states">Takes up each committed payload.</param>
    public static string Of(Op op, ref (long Audit, long State) written, Dictionary<long, byte[]> states)
    {
        long offset = (long)op.First * Sector.Bytes;
        if (op.Disk == Board.State)
        {
            return offset < StatePartition.LogHeadOffset ? Commit(op, ref written, states)
                : offset < StatePartition.LogRingOffset ? $"anchor copy {(offset == StatePartition.LogHeadOffset ? 1 : 2)}"
                : Record(op, ref written);
        }

        if (op.Disk == Board.Data)
        {
            return op.First > 0 ? "content of the stage" : op.Sectors[0] is null ? "name of the stage taken away" : "name of the stage given";
        }

        bool destroys = op.Sectors.All(s => s is null);
        string what = (op.First, op.Sectors.Length, op.Disk % 2) switch
        {
            (0, 1, 0) => destroys ? "first sector destroyed" : "first sector",
            (1, _, 0) => destroys ? "rest of the head destroyed" : "rest of the head",
            _ => "body",
        };
        return $"{(op.Disk % 2 == 0 ? "efi" : "system")}: {what}";
    }

    private static string Commit(Op op, ref (long Audit, long State) written, Dictionary<long, byte[]> states)
    {
        (long sequence, byte[] payload) = StateArea.Decode(Bytes(op)) ?? throw new InvalidOperationException("a commit that is no record area");
        states[sequence] = payload;
        written.State = sequence;
        using JsonDocument json = JsonDocument.Parse(payload);
        return $"commit (a {Word("set_a", "state")}, b {Word("set_b", "state")}, trial {Word("pending", "stage")})";

        string Word(string member, string inner) =>
            json.RootElement.GetProperty(member) is { ValueKind: JsonValueKind.Object } value ? value.GetProperty(inner).GetString()! : "-";
    }

    private static string Record(Op op, ref (long Audit, long State) written)
    {
        AuditEntry entry = AuditEntry.Decode(Bytes(op)) ?? throw new InvalidOperationException("an audit record that is none");
        written.Audit = entry.Sequence;
        return $"audit {entry.Event}";
    }

    private static byte[] Bytes(Op op) => [.. op.Sectors.SelectMany(s => s is null ? new byte[Sector.Bytes] : s.Data.ToArray())];
}
