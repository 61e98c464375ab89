namespace Gatekeeper.Crash.Tests;

/// <summary>Leaves the table of a run in out/: one file for each kind of run.</summary>
internal static class Report
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<string, List<Tally>> Tallies = [];

    public static void Add(string file, Tally tally)
    {
        lock (Gate)
        {
            if (!Tallies.TryGetValue(file, out List<Tally>? list))
            {
                Tallies[file] = list = [];
            }

            list.Add(tally);
            Write(file, Tally.Table(list));
        }
    }

    public static void Write(string file, string text)
    {
        string folder = Path.Combine(RepositoryRoot.Path, "out");
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, $"{file}.md"), text);
    }
}
