namespace Gatekeeper.Rig.Tests.Guests;

/// <summary>Measured figures of this run: tests/run prints out/figures.txt at its end.</summary>
internal static class Figures
{
    private static readonly Lock Gate = new();

    /// <summary>Adds lines to the file.</summary>
    public static void Add(params IEnumerable<string> lines)
    {
        lock (Gate)
        {
            File.AppendAllLines(Path.Combine(Repository.Out, "figures.txt"), lines);
        }
    }
}
