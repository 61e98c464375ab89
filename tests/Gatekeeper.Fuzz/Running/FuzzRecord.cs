using System.Globalization;

namespace Gatekeeper.Fuzz;

/// <summary>What all runs on this machine did, a line a run and target in out/fuzz/record.tsv; summed up for RECORD.md.</summary>
internal static class FuzzRecord
{
    private static readonly string Table = Path.Combine(RepositoryRoot.Path, "out", "fuzz", "record.tsv");

    /// <summary>Adds a run.</summary>
    public static void Add(FuzzTarget target, long executions, double seconds, int edges, int corpus, int findings) =>
        File.AppendAllText(Table, string.Create(CultureInfo.InvariantCulture,
            $"{DateTime.UtcNow:yyyy-MM-dd}\t{target.Name}\t{executions}\t{seconds:F0}\t{edges}\t{corpus}\t{findings}\n"));

    /// <summary>The table for RECORD.md: a line a target.</summary>
    public static void Print(IReadOnlyList<FuzzTarget> targets)
    {
        string[][] lines = File.Exists(Table) ? [.. File.ReadLines(Table).Select(line => line.Split('\t'))] : [];
        Console.WriteLine("| target | last run | executions | seconds | edges | corpus | findings |\n|---|---|---|---|---|---|---|");
        foreach (FuzzTarget target in targets)
        {
            string[][] own = [.. lines.Where(line => line[1] == target.Name)];
            long Sum(int column) => own.Sum(line => long.Parse(line[column], CultureInfo.InvariantCulture));
            long Most(int column) => own.Length == 0 ? 0 : own.Max(line => long.Parse(line[column], CultureInfo.InvariantCulture));
            string last = own.Length == 0 ? "" : own[^1][0];
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {target.Name} | {last} | {Sum(2):N0} | {Sum(3):N0} | {Most(4):N0} | {Most(5):N0} | {Sum(6)} |"));
        }
    }
}
