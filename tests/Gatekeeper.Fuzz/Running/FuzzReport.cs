namespace Gatekeeper.Fuzz;

/// <summary>What a run saw.</summary>
/// <param name="Cases">Damaged inputs run, the corpus not counted.</param>
/// <param name="Outcomes">How often each outcome was seen.</param>
/// <param name="Edges">Blocks and branches of the product that were reached; 0 where nothing counts them.</param>
/// <param name="Corpus">What the run began with and what it kept because it showed something new.</param>
/// <param name="MostAllocated">Bytes that the dearest input made the parser allocate.</param>
/// <param name="Slowest">The longest time of one input.</param>
public sealed record FuzzReport(
    long Cases, IReadOnlyDictionary<string, int> Outcomes, int Edges, IReadOnlyList<byte[]> Corpus, long MostAllocated, TimeSpan Slowest);
