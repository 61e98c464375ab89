using System.Collections.Immutable;
using Gatekeeper.Release;

namespace Gatekeeper.Update.Status;

/// <summary>
/// The whole status, sent on connect and at every change. Holds only the device's own facts, verified facts of a release and
/// sentences of the catalogue: nothing that came from an unverified stick (I09).
/// </summary>
public sealed record StatusMessage : ServiceLine
{
    /// <summary>What the device is doing.</summary>
    public required StatusState State { get; init; }

    /// <summary>Progress of the state, 0 to 100; null where there is none to tell.</summary>
    public int? PhasePercent { get; init; }

    /// <summary>Estimated seconds until the state ends; null when not known.</summary>
    public int? SecondsLeft { get; init; }

    /// <summary>True as soon as the stick is no longer needed.</summary>
    public bool CanPull { get; init; }

    /// <summary>The device's product.</summary>
    public required string Product { get; init; }

    /// <summary>The version that runs.</summary>
    public required string Running { get; init; }

    /// <summary>The slot set that runs, <c>a</c> or <c>b</c>; null when the boot record does not say beyond doubt.</summary>
    public string? Set { get; init; }

    /// <summary>True while the running system is on trial.</summary>
    public bool Trial { get; init; }

    /// <summary>True while the device is in use (I15).</summary>
    public bool InUse { get; init; }

    /// <summary>What is not held at the moment, one plain finding each; empty when all is held (I01).</summary>
    public ImmutableArray<string> Unprotected { get => field.IsDefault ? [] : field; init; }

    /// <summary>The verified release this is about, or null.</summary>
    public StatusRelease? Release { get; init; }

    /// <summary>The sentence to show, or null.</summary>
    public StatusNotice? Message { get; init; }

    /// <summary>True in service mode.</summary>
    public bool ServiceMode { get; init; }

    /// <summary>Minutes until service mode ends by itself, rounded up; null outside it.</summary>
    public int? ServiceMinutes { get; init; }

    /// <summary>The language of the device's screen, one of <see cref="StatusLanguage.All"/>; null from a service that does not say it.</summary>
    public string? Language { get; init; }

    /// <summary>The open challenge as <c>gatekeeper-sign permit new</c> takes it, in service mode; else null.</summary>
    public string? Challenge { get; init; }

    /// <summary>What a person at the device is asked before the release is installed, or null.</summary>
    public StatusAsk? Ask { get; init; }

    /// <summary>Whether the slot set that does not run was found whole when it was last checked; null: not checked since the start, or nothing is there.</summary>
    public bool? FallBackWhole { get; init; }
}

/// <summary>The verified facts of a release that may be shown.</summary>
/// <param name="Product">The product it is for.</param>
/// <param name="Version">The version it brings.</param>
/// <param name="Notes">Its signed notes, plain text; may be empty.</param>
/// <param name="Bytes">Bytes of the release file.</param>
public sealed record StatusRelease(string Product, string Version, string Notes, long Bytes);

/// <summary>A sentence of the refusal catalogue, in English. A screen in another language has its own words for <paramref name="Code"/> and puts <see cref="Facts"/> into them.</summary>
/// <param name="Code">Short code a technician can read out, for example <c>U-21</c>.</param>
/// <param name="Sentence">One plain sentence.</param>
/// <param name="NextStep">What to do now.</param>
public sealed record StatusNotice(string Code, string Sentence, string NextStep)
{
    private static readonly string Installed = RefusalCatalogue.Of(Refusal.InstalledAlready).Code;

    /// <summary>What the sentence speaks of; null when it speaks of nothing.</summary>
    public StatusFacts? Facts { get; init; }

    /// <summary>True for what is told in service mode only (I09 a and b): it need not have been an update at all.</summary>
    public bool IsSilent() => Code.StartsWith("U-", StringComparison.Ordinal);

    /// <summary>True for the same version again, which is no fault and must not look like one.</summary>
    public bool IsInstalledAlready() => Code == Installed;
}

/// <summary>The facts of a sentence, each named as its placeholder in the catalogue is. Null: not known.</summary>
public sealed record StatusFacts
{
    /// <summary>The product a verified release is for.</summary>
    public string? ReleaseProduct { get; init; }

    /// <summary>The version a verified release brings.</summary>
    public string? ReleaseVersion { get; init; }

    /// <summary>The device's product.</summary>
    public string? DeviceProduct { get; init; }

    /// <summary>The device's model and hardware revision.</summary>
    public string? DeviceHardware { get; init; }

    /// <summary>The version that runs.</summary>
    public string? RunningVersion { get; init; }
}
