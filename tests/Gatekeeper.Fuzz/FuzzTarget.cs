using Gatekeeper.Release;

namespace Gatekeeper.Fuzz;

/// <summary>One parser under test.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Corpus">Good inputs, and bad ones that reach far; at least one.</param>
/// <param name="Run">Reads an input. It ends, or throws what <see cref="Allowed"/> names, or there is a finding.</param>
public sealed record FuzzTarget(string Name, Func<IReadOnlyList<byte[]>> Corpus, Action<byte[]> Run)
{
    /// <summary>What the parser may throw.</summary>
    public IReadOnlyList<Type> Allowed { get; init; } = [typeof(RefusedException)];

    /// <summary>Bytes one input may make the parser allocate (I05).</summary>
    public long MaxAllocated { get; init; } = 32 * 1024 * 1024;

    /// <summary>Texts worth putting into an input.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];

    /// <summary>How dear one case is, measured in cases of the cheapest targets: a bounded run does so many fewer.</summary>
    public int Cost { get; init; } = 1;
}

/// <summary>An input that a parser did not stand.</summary>
/// <param name="target">The parser.</param>
/// <param name="seed">The seed of the run.</param>
/// <param name="number">The case of the run; the same seed makes the same cases.</param>
/// <param name="input">The input.</param>
/// <param name="what">What happened.</param>
/// <param name="cause">What was thrown, if anything was.</param>
public sealed class FuzzFindingException(string target, int seed, int number, byte[] input, string what, Exception? cause)
    : Exception($"{target}, seed {seed}, case {number}: {what}", cause)
{
    /// <summary>The input.</summary>
    public IReadOnlyList<byte> Input { get; } = input;
}

/// <summary>What a run saw.</summary>
/// <param name="Cases">Inputs run.</param>
/// <param name="Outcomes">How often each outcome was seen.</param>
public sealed record FuzzReport(int Cases, IReadOnlyDictionary<string, int> Outcomes);
