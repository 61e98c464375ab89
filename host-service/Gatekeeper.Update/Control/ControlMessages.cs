using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;
using Gatekeeper.Release.Permits;
using Gatekeeper.Update.Status;

namespace Gatekeeper.Update.Control;

/// <summary>One request of the administrator's tool on <c>/run/gatekeeper/control.sock</c>: one JSON object on one line. Only uid 0 may connect.</summary>
public sealed record ControlRequest
{
    /// <summary>Format of this protocol; 1.</summary>
    public required int Format { get; init; }

    /// <summary>One of <see cref="ControlCommands"/>.</summary>
    public required string Command { get; init; }

    /// <summary>For <c>log</c>: the first sequence number wanted.</summary>
    public long? Since { get; init; }

    /// <summary>For <c>challenge</c>: the action wanted, as in a permit.</summary>
    public string? Action { get; init; }

    /// <summary>For <c>challenge</c> of a downgrade: the digest of the release.</summary>
    public string? Digest { get; init; }

    /// <summary>For <c>challenge</c> of a peripheral, and <c>forget</c>: the port, as the kernel names it.</summary>
    public string? Port { get; init; }

    /// <summary>For <c>provision</c>: the text of <c>device.json</c>.</summary>
    public string? Device { get; init; }

    /// <summary>For <c>person-add</c> and <c>person-remove</c>: the person.</summary>
    public string? Name { get; init; }

    /// <summary>For <c>person-add</c>: the PIN. It goes no further than the hash that is kept.</summary>
    public string? Pin { get; init; }

    /// <summary>For <c>language</c>: the language to set; null to ask which it is.</summary>
    public string? Language { get; init; }

    // The text of a record names every member, and a PIN must not get into a log or a crash that way.
    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append(CultureInfo.InvariantCulture, $"Command = {Command}");
        return true;
    }
}

/// <summary>The commands of the control socket.</summary>
public static class ControlCommands
{
    /// <summary>The status as the status socket has it, and what only an administrator needs.</summary>
    public const string Status = "status";

    /// <summary>Both slot sets.</summary>
    public const string Slots = "slots";

    /// <summary>Audit records.</summary>
    public const string Log = "log";

    /// <summary>Walks the audit chain.</summary>
    public const string LogVerify = "log-verify";

    /// <summary>Answers the health check of a trial with yes.</summary>
    public const string Confirm = "confirm";

    /// <summary>Gives a device its facts.</summary>
    public const string Provision = "provision";

    /// <summary>Opens the challenge that a permit answers; in service mode only.</summary>
    public const string Challenge = "challenge";

    /// <summary>Takes back what permits allowed at a port; in service mode only.</summary>
    public const string Forget = "forget";

    /// <summary>Gives a person a PIN for confirming installs; in service mode only, as the next two.</summary>
    public const string PersonAdd = "person-add";

    /// <summary>Takes a person's PIN back.</summary>
    public const string PersonRemove = "person-remove";

    /// <summary>Names the people who have a PIN.</summary>
    public const string PersonList = "person-list";

    /// <summary>Says which language the screen has, or sets it; the latter in service mode only.</summary>
    public const string Language = "language";

    /// <summary>Checks the whole machine.</summary>
    public const string Doctor = "doctor";
}

/// <summary>The one answer to a request. Either <see cref="Error"/> is null and one of the results is set, or the reverse.</summary>
public sealed record ControlAnswer
{
    /// <summary>Format of this protocol; 1.</summary>
    public int Format { get; init; } = 1;

    /// <summary>What went wrong, lower case, no full stop.</summary>
    public string? Error { get; init; }

    /// <summary>The next step.</summary>
    public string? Hint { get; init; }

    /// <summary>Answer to <c>status</c>.</summary>
    public DeviceReport? Status { get; init; }

    /// <summary>Answer to <c>slots</c>.</summary>
    public ImmutableArray<SlotReport>? Slots { get; init; }

    /// <summary>Answer to <c>log</c>, oldest first, at most <c>Limits.MaxLogAnswer</c>; ask again from the last sequence number on.</summary>
    public ImmutableArray<LogLine>? Log { get; init; }

    /// <summary>Answer to <c>log-verify</c>.</summary>
    public LogVerdict? LogVerdict { get; init; }

    /// <summary>Answer to <c>challenge</c>: the one line.</summary>
    public string? Challenge { get; init; }

    /// <summary>Answer to <c>challenge</c> of a peripheral: the device that is plugged there now.</summary>
    public PermittedPeripheral? Peripheral { get; init; }

    /// <summary>Answer to the commands on people: the names of all who have a PIN now.</summary>
    public ImmutableArray<string>? People { get; init; }

    /// <summary>Answer to <c>language</c>: the language of the screen now.</summary>
    public string? Language { get; init; }

    /// <summary>Answer to <c>doctor</c>.</summary>
    public ImmutableArray<Finding>? Findings { get; init; }
}

/// <summary>What runs here, for people and scripts.</summary>
public sealed record DeviceReport
{
    /// <summary>Product of the running image.</summary>
    public required string Product { get; init; }

    /// <summary>Version of the running image.</summary>
    public required string Running { get; init; }

    /// <summary>Slot set that runs: a, b, or null when the boot record does not say.</summary>
    public string? Set { get; init; }

    /// <summary>True until the running set was kept.</summary>
    public required bool Trial { get; init; }

    /// <summary>State of the flow, as on the status socket.</summary>
    public required string State { get; init; }

    /// <summary>Progress of the phase, 0 to 100.</summary>
    public int? PhasePercent { get; init; }

    /// <summary>True while the device's purpose forbids an update (I15).</summary>
    public required bool InUse { get; init; }

    /// <summary>
    /// Who says so: <c>held</c> or <c>given back</c> by the device's program, <c>never held</c> since the service started, or <c>holder died</c>.
    /// The last two count as in use unless <see cref="LeaseOverruled"/>.
    /// </summary>
    public string Lease { get; init; } = "never held";

    /// <summary>True while the word of a person in service mode counts instead of a lease that nobody holds.</summary>
    public bool LeaseOverruled { get; init; }

    /// <summary>Hardware id as releases name it; null before provisioning.</summary>
    public string? Hardware { get; init; }

    /// <summary>The device's own id; null before provisioning.</summary>
    public string? DeviceId { get; init; }

    /// <summary>The version floor.</summary>
    public required string Floor { get; init; }

    /// <summary>Version of the trusted root.</summary>
    public required int RootVersion { get; init; }

    /// <summary>Empty when every port is held (I01, I14); else what is not.</summary>
    public required ImmutableArray<string> Unprotected { get; init; }

    /// <summary>State of the trust state: <c>good</c>, <c>degraded</c>, <c>not provisioned</c>.</summary>
    public required string Trust { get; init; }

    /// <summary>Format of the state partition, see STATE.md.</summary>
    public int StateFormat { get; init; }

    /// <summary>Whether something anchors the trust state against an older copy of itself.</summary>
    public required string Anchor { get; init; }

    /// <summary>Minutes until service mode ends by itself; null outside it.</summary>
    public int? ServiceMinutes { get; init; }

    /// <summary>The message on the screen, if any.</summary>
    public string? Message { get; init; }

    /// <summary>What a person at the device is asked now, or null.</summary>
    public StatusAsk? Ask { get; init; }

    /// <summary>Name of the site whose approval releases need; null when there is none.</summary>
    public string? Site { get; init; }

    /// <summary>The open challenge as <c>gatekeeper-sign permit new</c> takes it, or null.</summary>
    public string? Challenge { get; init; }

    /// <summary>Devices that permits allow, each at its port.</summary>
    public ImmutableArray<PermittedPeripheral> Peripherals { get; init; } = [];
}

/// <summary>One slot set.</summary>
/// <param name="Set">a or b.</param>
/// <param name="Version">What was written there; null when nothing complete is.</param>
/// <param name="Digest">SHA-256 of its release.json, lower-case hex; null when it was put there by the factory.</param>
/// <param name="State">empty, unbootable, complete, trial or kept.</param>
/// <param name="Running">True for the set that runs.</param>
/// <param name="BootPosition">Place in the firmware's boot order from 0; null when it is not in it.</param>
public sealed record SlotReport(string Set, string? Version, string? Digest, string State, bool Running, int? BootPosition)
{
    /// <summary>Of the set that does not run: whether the last check since the service started found it whole; null when there was none.</summary>
    public bool? CheckedWhole { get; init; }

    /// <summary>Seconds since that check, by the monotonic clock; null when there was none.</summary>
    public long? CheckedSecondsAgo { get; init; }
}

/// <summary>One audit record.</summary>
/// <param name="Seq">Sequence number, from 1, without gaps.</param>
/// <param name="Boot">Count of service starts.</param>
/// <param name="UptimeMs">Milliseconds since the kernel's start.</param>
/// <param name="Clock">What the clock said, seconds since 1970-01-01 UTC: a claim, nothing is decided by it.</param>
/// <param name="Event">What happened, one word or two.</param>
/// <param name="Code">The refusal's short code, or null.</param>
/// <param name="Text">The catalogue's words for the code, or null.</param>
/// <param name="Port">The port, or null.</param>
/// <param name="Detail">Fixed words and numbers.</param>
public sealed record LogLine(long Seq, long Boot, long UptimeMs, long Clock, string Event, string? Code, string? Text, string? Port, string Detail);

/// <summary>Whether the audit chain holds.</summary>
/// <param name="Whole">True when every record follows from the one before.</param>
/// <param name="First">First sequence number still held.</param>
/// <param name="Last">Last sequence number.</param>
/// <param name="Head">SHA-256 of the last record, lower-case hex.</param>
/// <param name="Problem">What is wrong, or null.</param>
public sealed record LogVerdict(bool Whole, long First, long Last, string Head, string? Problem);

/// <summary>One line of the doctor.</summary>
/// <param name="Area">What was looked at.</param>
/// <param name="Good">True when nothing is to mend.</param>
/// <param name="Text">What was found.</param>
/// <param name="Mend">What to do; null when <paramref name="Good"/>.</param>
public sealed record Finding(string Area, bool Good, string Text, string? Mend);

/// <summary>One person who has a PIN.</summary>
/// <param name="Name">The name.</param>
public sealed record PersonReport(string Name);

/// <summary>The language of the screen.</summary>
/// <param name="Language">A tag of <see cref="StatusLanguage.All"/>.</param>
public sealed record LanguageReport(string Language);

/// <summary>Serializer for the control socket: snake case, unknown members refused.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    MaxDepth = 16)]
[JsonSerializable(typeof(ControlRequest))]
[JsonSerializable(typeof(ControlAnswer))]
[JsonSerializable(typeof(DeviceReport))]
[JsonSerializable(typeof(SlotReport))]
[JsonSerializable(typeof(LogLine))]
[JsonSerializable(typeof(LogVerdict))]
[JsonSerializable(typeof(Finding))]
[JsonSerializable(typeof(PersonReport))]
[JsonSerializable(typeof(LanguageReport))]
public sealed partial class ControlJson : JsonSerializerContext;
