namespace Gatekeeper.Crash.Tests;

/// <summary>Which of so many unflushed sectors are on the medium after a cut. All choices are the same in each run.</summary>
internal static class Survivors
{
    public static bool[] None(int count) => new bool[count];

    public static bool[] All(int count) => [.. Enumerable.Repeat(true, count)];

    public static bool[] Some(int count, double share, Random random) => [.. Enumerable.Range(0, count).Select(_ => random.NextDouble() < share)];

    public static IEnumerable<(bool[] Survives, string Choice)> Ends(int count) => [(None(count), "none"), (All(count), "all")];

    public static IEnumerable<(bool[] Survives, string Choice)> EverySubset(int count)
    {
        for (int bits = 0; bits < 1 << count; bits++)
        {
            yield return ([.. Enumerable.Range(0, count).Select(i => (bits >> i & 1) != 0)], $"subset {bits:b}");
        }
    }

    /// <summary>A torn write, a medium that wrote from the end, one sector that was late, one that was early.</summary>
    public static IEnumerable<(bool[] Survives, string Choice)> Ordered(int count, int most, Random random)
    {
        IEnumerable<(string What, int At)> all = new[] { "first", "last", "all but", "only" }.SelectMany(what => Enumerable.Range(0, count).Select(at => (what, at)));
        if (4 * count > most)
        {
            all = all.OrderBy(_ => random.Next()).Take(most).ToList();
        }

        foreach ((string what, int at) in all)
        {
            Func<int, bool> survives = what switch
            {
                "first" => i => i < at,
                "last" => i => i > at,
                "all but" => i => i != at,
                _ => i => i == at,
            };
            yield return ([.. Enumerable.Range(0, count).Select(survives)], $"{what} {at}");
        }
    }

    public static IEnumerable<(bool[] Survives, string Choice)> Seeded(int count, int most, Random random)
    {
        for (int i = 0; i < most; i++)
        {
            yield return (Some(count, random.NextDouble(), random), $"seeded {i}");
        }
    }
}
