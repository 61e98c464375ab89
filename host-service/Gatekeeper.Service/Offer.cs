using Gatekeeper.Release;

namespace Gatekeeper.Service;

/// <summary>A release that this device could install, and where its bytes are read.</summary>
/// <param name="Release">The proof.</param>
/// <param name="Source">Its bytes: claims until their hash was compared.</param>
internal sealed record Offer(VerifiedRelease Release, IReleaseSource Source);

/// <summary>What a stick brought: a release to install, or else something signed that was taken over. One of the two is there.</summary>
/// <param name="Offer">The release, or null.</param>
/// <param name="Taken">What is told when there is no release; null when there is one.</param>
internal sealed record Judgement(Offer? Offer, Taken? Taken);
