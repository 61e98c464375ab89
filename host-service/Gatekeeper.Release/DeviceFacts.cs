namespace Gatekeeper.Release;

/// <summary>What a release is judged against, from the running image and the device's provisioned facts.</summary>
/// <param name="Product">Product name, for example <c>PM200</c>.</param>
/// <param name="HardwareId">Model and hardware revision as releases name it, for example <c>PM200-C</c>.</param>
/// <param name="Running">The version that runs.</param>
/// <param name="RunningDigest">SHA-256 of the running release's <c>release.json</c> in lower-case hex, or null when it is not known.</param>
/// <param name="ReferenceTime">max(clock, ratchet) from before this stick, seconds since 1970-01-01 UTC (DESIGN §5 Time).</param>
/// <param name="RefuseExpired">Policy: refuse expired metadata instead of reporting it.</param>
public sealed record DeviceFacts(string Product, string HardwareId, ReleaseVersion Running, string? RunningDigest, long ReferenceTime, bool RefuseExpired)
{
    /// <summary>True when the idle slot set is damaged, so that the release that runs may be installed again to repair it (DESIGN §6). Then it is not <see cref="Refusal.InstalledAlready"/>.</summary>
    public bool IdleSetNeedsRepair { get; init; }

    /// <summary>
    /// The digest of a release that a used permit allows below the floor and older than what was confirmed, or null (DESIGN §6 Permits).
    /// Floor and confirmed versions stay where they are (I08).
    /// </summary>
    public string? PermittedDigest { get; init; }
}
