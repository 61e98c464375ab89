using System.Collections.Immutable;
using Gatekeeper.Release;

namespace Gatekeeper.Update;

/// <summary>The system that runs, as its own signed image and init say.</summary>
/// <param name="Set">The set whose system image is mounted behind its verity hash; null when init could not tell.</param>
/// <param name="Version">The version in the image.</param>
/// <param name="Root">The manufacturer's root in the image, byte for byte.</param>
/// <param name="RootVersion">Version of <paramref name="Root"/>, 1 or more.</param>
/// <param name="BootId">The kernel's boot id: another one after every start of the machine.</param>
public sealed record RunningSystem(SlotSet? Set, ReleaseVersion Version, ImmutableArray<byte> Root, int RootVersion, Guid BootId);
