namespace Gatekeeper.Update;

/// <summary>What the last check of the idle set found.</summary>
/// <param name="Whole">Every byte of it is what its record says; false: it is not, or it cannot be read.</param>
/// <param name="AgeMs">Milliseconds since then, by the monotonic clock.</param>
public readonly record struct FallBackVerdict(bool Whole, long AgeMs);
