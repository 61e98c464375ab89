using System.Globalization;
using System.Text;
using Xunit.Abstractions;

namespace Gatekeeper.Stick.Tests.FileSystems.Matrix;

/// <summary>The rows of the matrix as they are judged, kept as a table in out/fs-matrix.md.</summary>
internal static class MatrixReport
{
    private static readonly Lock Gate = new();
    private static readonly SortedDictionary<string, (string Row, string Result)> Rows = new(StringComparer.Ordinal);

    /// <summary>Prints rows, writes the table with all that are known in this run, and fails when a row is wrong.</summary>
    /// <param name="output">The test's output: a line a row.</param>
    /// <param name="section">The rows' heading.</param>
    /// <param name="columns">The columns' headings, parted by "|".</param>
    /// <param name="rows">What each row is, columns parted by "|", and null or what is wrong with it.</param>
    public static void Judge(ITestOutputHelper output, string section, string columns, IReadOnlyList<(string Row, string? Wrong)> rows)
    {
        foreach ((string row, string? wrong) in rows)
            output.WriteLine($"{section}: {row.Replace("|", ", ", StringComparison.Ordinal)}: {wrong ?? "ok"}");
        Add($"{section}\n{columns}", rows);
        Assert.NotEmpty(rows);
        Assert.All(rows, row => Assert.True(row.Wrong is null, $"{section}: {row.Row}: {row.Wrong}"));
    }

    private static void Add(string section, IReadOnlyList<(string Row, string? Wrong)> rows)
    {
        lock (Gate)
        {
            for (int i = 0; i < rows.Count; i++)
                Rows[string.Create(CultureInfo.InvariantCulture, $"{section}\n{i:D4}")] = (rows[i].Row, rows[i].Wrong is { } wrong ? $"FAILED: {wrong}" : "as it should be");
            Write();
        }
    }

    private static void Write()
    {
        StringBuilder text = new("# Sticks that were made and read\n");
        string section = "";
        foreach ((string key, (string row, string result)) in Rows)
        {
            string[] heading = key.Split('\n');
            if (heading[0] != section)
            {
                section = heading[0];
                int count = Rows.Keys.Count(other => other.StartsWith(section + "\n", StringComparison.Ordinal));
                string line = string.Concat(Enumerable.Repeat("---|", heading[1].Count(c => c == '|') + 2));
                text.Append(CultureInfo.InvariantCulture, $"\n## {section}: {count}\n\n| {heading[1].Replace("|", " | ", StringComparison.Ordinal)} | result |\n|{line}\n");
            }

            text.Append(CultureInfo.InvariantCulture, $"| {row.Replace("|", " | ", StringComparison.Ordinal)} | {result} |\n");
        }

        DirectoryInfo top = new(RepositoryRoot.Path);
        File.WriteAllText(Path.Combine(top.CreateSubdirectory("out").FullName, "fs-matrix.md"), text.ToString());
    }
}
