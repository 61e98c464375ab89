using Gatekeeper.Release;

namespace Gatekeeper.Fuzz;

/// <summary>One parser under test.</summary>
/// <param name="Name">Its name on the command line and of its folder in tests/corpora/fuzz.</param>
/// <param name="Corpus">Good inputs, and bad ones that reach far; at least one.</param>
/// <param name="Run">Reads an input. It ends, or throws what <see cref="Allowed"/> names, or there is a finding.</param>
public sealed record FuzzTarget(string Name, Func<IReadOnlyList<byte[]>> Corpus, Action<byte[]> Run)
{
    /// <summary>What the parser may throw.</summary>
    public IReadOnlyList<Type> Allowed { get; init; } = [typeof(RefusedException)];

    /// <summary>
    /// Bytes one input may make the parser allocate, garbage included (I05). The default is what 512 KiB of the densest metadata become:
    /// <see cref="Limits.MaxJsonValues"/> values of up to 100 bytes, their text, and a copy of it.
    /// </summary>
    public long MaxAllocated { get; init; } = (Limits.MaxJsonValues * 100L) + (8L * Limits.MaxMetadataBytes);

    /// <summary>Texts worth putting into an input.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];

    /// <summary>How dear one case is, measured in cases of the cheapest targets: a bounded run does so many fewer.</summary>
    public int Cost { get; init; } = 1;
}
