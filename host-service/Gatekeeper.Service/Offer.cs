using Gatekeeper.Release;

namespace Gatekeeper.Service;

/// <summary>A release that this device could install, and where its bytes are read.</summary>
/// <param name="Release">The proof.</param>
/// <param name="Source">Its bytes: claims until their hash was compared.</param>
internal sealed record Offer(VerifiedRelease Release, IReleaseSource Source);
