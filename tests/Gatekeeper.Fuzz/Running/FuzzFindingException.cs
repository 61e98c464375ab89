namespace Gatekeeper.Fuzz;

/// <summary>An input that a parser did not stand.</summary>
/// <param name="target">The parser.</param>
/// <param name="seed">The seed of the run.</param>
/// <param name="number">The case of the run; the same seed makes the same cases.</param>
/// <param name="input">The input.</param>
/// <param name="what">What happened.</param>
/// <param name="cause">What was thrown, if anything was.</param>
public sealed class FuzzFindingException(string target, int seed, long number, byte[] input, string what, Exception? cause)
    : Exception($"{target}, seed {seed}, case {number}: {what}", cause)
{
    /// <summary>The input.</summary>
    public IReadOnlyList<byte> Input { get; } = input;
}
