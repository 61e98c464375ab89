namespace Gatekeeper.Crash.Tests;

/// <summary>How many states are made of one cut.</summary>
/// <param name="ExhaustiveUpTo">So many unflushed sectors: every subset of them.</param>
/// <param name="Subsets">Above that: so many prefixes, suffixes, single and missing sectors, and as many seeded subsets.</param>
/// <param name="Damaged">So many of the unflushed sectors are damaged, in each way, with none, all and some of the rest there.</param>
/// <param name="StartEvery">Each n-th state is started, beside each whose situation is unlike all before it (<see cref="Judge"/>); 1: all are.</param>
/// <param name="InstallEvery">Each n-th state is followed by an install in full, beside each that is unlike all before it.</param>
internal sealed record Thoroughness(int ExhaustiveUpTo, int Subsets, int Damaged, int StartEvery, int InstallEvery)
{
    public static Thoroughness Default { get; } = new(8, 150, 8, 4, 199);

    public static Thoroughness Long { get; } = new(13, 16_000, 200, 100, 1999);

    public static Thoroughness Mutation { get; } = new(6, 16, 2, 1_000_000, 1_000_000);
}
