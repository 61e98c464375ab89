using System.Collections.Immutable;
using Gatekeeper.Release;

namespace Gatekeeper.Signing.Ceremony;

/// <summary>A generation of the device's verifier, told by the key types it knows: signatures by keys of other types it neither checks nor counts (FORMAT.md R-33).</summary>
/// <param name="Name">What it is called on the command line.</param>
/// <param name="Schemes">The schemes it knows.</param>
internal sealed record ReaderGeneration(string Name, ImmutableArray<string> Schemes)
{
    private static readonly ImmutableArray<string> First = ["ed25519"];
    private static readonly ImmutableArray<string> Second = [.. First, "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "rsassa-pss-sha256"];
    private static readonly ImmutableArray<string> Third = [.. Second, "x-ed25519+lms"];

    /// <summary>Every generation there was, oldest first; the last is this one. One that knows another key type is added here, and none is ever taken away: devices that have it may be in the field.</summary>
    internal static readonly ImmutableArray<ReaderGeneration> All =
    [
        new("ed25519-only", First),
        new("before-lms", Second),
        new("today", Third),
    ];

    /// <summary>Whether it can check this key's signatures.</summary>
    internal bool Knows(TufKey key) => Schemes.Contains(key.Scheme);

    /// <summary>A generation by name.</summary>
    /// <exception cref="ToolException">There is none.</exception>
    internal static ReaderGeneration Find(string name, IEnumerable<ReaderGeneration> own) => All.Concat(own).FirstOrDefault(g => g.Name == name)
        ?? throw new ToolException(ExitCode.Usage, $"{name} is no generation of readers", $"there are {string.Join(", ", All.Select(g => g.Name))}; --reader NAME=SCHEME,SCHEME adds one");
}
