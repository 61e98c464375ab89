using System.Collections.Immutable;
using System.Text.Json;
using Gatekeeper.Release;
using Gatekeeper.Release.Permits;
using Gatekeeper.Update.Status;

namespace Gatekeeper.Update;

/// <summary>Everything the state partition's record areas hold. Pure data; <see cref="TrustStore"/> keeps it. Described in STATE.md.</summary>
public sealed record StateContent
{
    /// <summary>Format of what follows.</summary>
    public required int Format { get; init; }

    /// <summary>The lowest format number a reader must know to read this.</summary>
    public required int MinReader { get; init; }

    /// <summary>What the device trusts and has confirmed.</summary>
    public required TrustState Trust { get; init; }

    /// <summary>True since the trust versions were lost and rebuilt from the running image, until the device is provisioned again.</summary>
    public required bool TrustRebuilt { get; init; }

    /// <summary>The device's own facts, or null before provisioning and after their loss.</summary>
    public required DeviceRecord? Device { get; init; }

    /// <summary>What set a holds, or null when nothing is known of it.</summary>
    public required SetRecord? SetA { get; init; }

    /// <summary>What set b holds, or null when nothing is known of it.</summary>
    public required SetRecord? SetB { get; init; }

    /// <summary>The release that is installed and waits for its trial, or is on trial.</summary>
    public required PendingTrial? Pending { get; init; }

    /// <summary>How the last install ended, for status and screen.</summary>
    public required LastResult? Last { get; init; }

    /// <summary>The challenge that is open, or null. One at a time; it is closed in the same commit that records what its permit allowed.</summary>
    public required OpenChallenge? Challenge { get; init; }

    /// <summary>The digest of a release that a permit allows once below the floor; null again when a trial is armed.</summary>
    public required string? Permitted { get; init; }

    /// <summary>Devices that permits allow, each at its port; at most <see cref="Limits.MaxPermittedPeripherals"/>.</summary>
    public required ImmutableArray<PermittedPeripheral> Peripherals { get; init; }

    /// <summary>What the site said of releases.</summary>
    public required SiteApprovals SiteApprovals { get; init; }

    /// <summary>Who may confirm an install with a PIN; null until the first person is enrolled.</summary>
    public required PeopleRecord? People { get; init; }

    /// <summary>Digest of the release that a person at the device confirmed last; null again when a trial is armed.</summary>
    public required string? Confirmed { get; init; }

    /// <summary>Language of this device's screen, a tag of <see cref="StatusLanguage.All"/> when it was set; null: as the image says.</summary>
    public required string? Language { get; init; }

#if STATE_FORMAT_NEXT
    /// <summary>What only the next format has.</summary>
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)]
    public string? OnlyInFormat2 { get; init; }
#endif

    /// <summary>
    /// The same in this program's own format. Called when the running system is kept, and not before: until then its predecessor may
    /// have to read what it wrote.
    /// </summary>
    internal StateContent Migrated() => Format == StateFormat.Current ? this : this with
    {
        Format = StateFormat.Current,
        MinReader = StateFormat.MinReader,
#if STATE_FORMAT_NEXT
        OnlyInFormat2 = "migrated",
#endif
    };

    /// <summary>The record of <paramref name="set"/>.</summary>
    public SetRecord? Set(SlotSet set) => set == SlotSet.A ? SetA : SetB;

    /// <summary>A copy in which <paramref name="set"/> has another record.</summary>
    public StateContent With(SlotSet set, SetRecord? record) => set == SlotSet.A ? this with { SetA = record } : this with { SetB = record };
}

/// <summary>A challenge that was shown (FORMAT.md ).</summary>
/// <param name="Action">What was asked for.</param>
/// <param name="Nonce">Its nonce.</param>
/// <param name="Digest">What it is about: the release for a downgrade, the device for a peripheral; else null.</param>
/// <param name="Port">The port of a peripheral; else null.</param>
public sealed record OpenChallenge(PermitAction Action, string Nonce, string? Digest, string? Port);

/// <summary>The per-device facts that <c>gatekeeper provision</c> gave once.</summary>
public sealed record DeviceRecord
{
    /// <summary>The device's own id, for example its serial number.</summary>
    public required string Id { get; init; }

    /// <summary>Model, for example <c>PM200</c>.</summary>
    public required string Model { get; init; }

    /// <summary>Hardware revision, for example <c>C</c>.</summary>
    public required string HardwareRevision { get; init; }

    /// <summary>Public keys of the device as <c>device.json</c> gave them.</summary>
    public required ImmutableArray<JsonElement> Keys { get; init; }

    /// <summary>The hospital's root, byte for byte, or null when there is none.</summary>
    public required byte[]? SiteRoot { get; init; }

    /// <summary>Model and revision as releases name hardware, for example <c>PM200-C</c>.</summary>
    public string HardwareId() => $"{Model}-{HardwareRevision}";
}

/// <summary>How far a slot set can be relied on.</summary>
public enum SetState
{
    /// <summary>Being written, or given up: never started.</summary>
    Unbootable,

    /// <summary>Written, read back, and never yet kept.</summary>
    Complete,

    /// <summary>Complete, and was kept once: good as a fallback.</summary>
    Kept,
}

/// <summary>What a slot set holds.</summary>
public sealed record SetRecord
{
    /// <summary>How far it can be relied on.</summary>
    public required SetState State { get; init; }

    /// <summary>The version in it.</summary>
    public required ReleaseVersion Version { get; init; }

    /// <summary>SHA-256 of its <c>release.json</c> in lower-case hex; null for what the factory wrote.</summary>
    public required string? Digest { get; init; }

    /// <summary>Size and hash of each part; empty while <see cref="SetState.Unbootable"/>.</summary>
    public required ImmutableArray<PartRecord> Parts { get; init; }
}

/// <summary>What one part of a set holds.</summary>
/// <param name="Part"><c>efi</c> or <c>system</c>.</param>
/// <param name="ImageSize">Bytes of the plain image, from the partition's first byte on.</param>
/// <param name="ChunkSize">Bytes of a chunk; the last one may be shorter.</param>
/// <param name="Hash">SHA-256 of the SHA-256 hashes of the image's plain chunks, one after another.</param>
public sealed record PartRecord(string Part, long ImageSize, int ChunkSize, byte[] Hash);

/// <summary>How far a trial is.</summary>
public enum TrialStage
{
    /// <summary>The boot switch is, or is about to be, set to try it.</summary>
    Armed,

    /// <summary>It answered healthy; boot order and trust state are being moved.</summary>
    Keeping,
}

/// <summary>A written set that is to be tried, or is on trial.</summary>
public sealed record PendingTrial
{
    /// <summary>The set to try.</summary>
    public required SlotSet Set { get; init; }

    /// <summary>Its version.</summary>
    public required ReleaseVersion Version { get; init; }

    /// <summary>SHA-256 of its <c>release.json</c> in lower-case hex; null when a known good set is started again.</summary>
    public required string? Digest { get; init; }

    /// <summary>The trust state to move to at keep (I08); null when a known good set is started again: then nothing moves.</summary>
    public required TrustState? TrustAtKeep { get; init; }

    /// <summary>How far it is.</summary>
    public required TrialStage Stage { get; init; }

    /// <summary>How often the boot switch was set for it, 1 to 3.</summary>
    public required int Attempts { get; init; }

    /// <summary>The kernel's boot id when the switch was last set: another boot id means the machine was started since.</summary>
    public required Guid ArmedInBoot { get; init; }
}

/// <summary>How the last install ended.</summary>
/// <param name="Version">The version that was tried.</param>
/// <param name="Installed">True: kept. False: the device fell back.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="Explicit">The new version itself said it is not healthy; else it gave no answer.</param>
public sealed record LastResult(ReleaseVersion Version, bool Installed, int Attempts, bool Explicit);
