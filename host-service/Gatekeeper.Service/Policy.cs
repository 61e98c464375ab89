using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Gatekeeper.Service.Confirm;
using Gatekeeper.Service.Indicator;
using Gatekeeper.Update.Status;

namespace Gatekeeper.Service;

/// <summary>
/// <c>/etc/gatekeeper/policy.json</c>: everything that can weaken or tune a check. It is part of the signed image, so it is as
/// trusted as the program itself; a mistake in it stops the service before any port is opened (fail closed).
/// The schema for editors is <c>schemas/policy.schema.json</c>; a test keeps the two the same. Members that may be left out have
/// setters: the generated reader gives a left-out init-only member its type's default, not the one written here.
/// </summary>
public sealed record Policy
{
    /// <summary>Format of this file; 1.</summary>
    public required int Format { get; init; }

    /// <summary>What expired metadata does: <c>report</c> (default) or <c>refuse</c> (DESIGN §5 Time).</summary>
    public string Expiry { get; set; } = "report";

    /// <summary>Port rules in USBGuard's language, one a string; empty: only release sticks.</summary>
    public ImmutableArray<string> Rules { get; set; } = [];

    /// <summary>How a trial is answered.</summary>
    public HealthPolicy Health { get; set; } = new();

    /// <summary>Who may hold the in-use lease.</summary>
    public PeerPolicy Lease { get; set; } = new();

    /// <summary>Who draws the kiosk screen.</summary>
    public PeerPolicy Kiosk { get; set; } = new();

    /// <summary>Language of the kiosk screen, one of <see cref="StatusLanguage.All"/>; <c>en</c> when left out. It tunes no check.</summary>
    public string Language { get; set; } = StatusLanguage.Default;

    /// <summary>How a person at the device enters service mode, and for how long.</summary>
    public ServiceModePolicy ServiceMode { get; set; } = new();

    /// <summary>How fast this device installs, as its manufacturer measured it; null: no time is promised before copying has begun.</summary>
    public PacePolicy? Pace { get; set; }

    /// <summary>Whether a person is asked before a verified release is installed.</summary>
    public ConfirmPolicy Confirm { get; set; } = new();

    /// <summary>Lamp and beeper of a device without a screen, or beside one.</summary>
    public IndicatorPolicy Indicator { get; set; } = new();

    /// <summary>Seconds between "restarting" on the screen and the restart, 0 to 60.</summary>
    public int RestartDelaySeconds { get; set; } = 3;

    /// <summary>Reads a policy and checks every value.</summary>
    /// <exception cref="ConfigurationException">It is not a policy of format 1; the message names the member.</exception>
    public static Policy Parse(ReadOnlySpan<byte> json)
    {
        Policy policy = ConfigurationFile.Read(json, "policy.json", ConfigurationJson.Default.Policy);
        ConfigurationFile.Require(policy.Format == 1, "policy.json: format is not 1");
        ConfigurationFile.Require(policy.Expiry is "report" or "refuse", "policy.json: expiry is neither report nor refuse");
        ConfigurationFile.Require(policy.Health.DeadlineSeconds is >= 5 and <= 3600, "policy.json: health.deadline_seconds is outside 5 to 3600");
        ConfigurationFile.Require(policy.Lease.Uid is > 0 and < 65534, "policy.json: lease.uid is outside 1 to 65533");
        ConfigurationFile.Require(policy.Kiosk.Uid is > 0 and < 65534, "policy.json: kiosk.uid is outside 1 to 65533");
        ConfigurationFile.Require(policy.RestartDelaySeconds is >= 0 and <= 60, "policy.json: restart_delay_seconds is outside 0 to 60");
        ConfigurationFile.Require(StatusLanguage.All.Contains(policy.Language), $"policy.json: language is none of {string.Join(", ", StatusLanguage.All)}");
        policy.ServiceMode.Check();
        policy.Pace?.Check();
        policy.Confirm.Check(policy.ServiceMode);
        policy.Indicator.Check();
        ConfigurationFile.Require(!policy.Rules.IsDefault && policy.Rules.Length <= 256, "policy.json: more than 256 rules");
        return policy;
    }
}

/// <summary>How a trial is answered.</summary>
public sealed record HealthPolicy
{
    /// <summary>Seconds from the service's start until no answer counts as failure, 5 to 3600.</summary>
    public int DeadlineSeconds { get; set; } = 60;
}

/// <summary>How fast a device installs. For the sentence that says how long it will take; it tunes no check.</summary>
public sealed record PacePolicy
{
    /// <summary>Megabytes (10^6) of a release file that are checked, written and read back in a second, without reading the stick; 1 to 10000.</summary>
    public required int InstallMbPerSecond { get; init; }

    /// <summary>Seconds from the restart until the new version is confirmed, 1 to 3600.</summary>
    public required int RestartSeconds { get; init; }

    internal void Check()
    {
        ConfigurationFile.Require(InstallMbPerSecond is >= 1 and <= 10_000, "policy.json: pace.install_mb_per_second is outside 1 to 10000");
        ConfigurationFile.Require(RestartSeconds is >= 1 and <= 3600, "policy.json: pace.restart_seconds is outside 1 to 3600");
    }
}

/// <summary>A process that is known by its user.</summary>
public sealed record PeerPolicy
{
    /// <summary>User id, 1 to 65533.</summary>
    public int Uid { get; set; }
}

/// <summary>Service mode (I09): entered with a key that is built into the device. Without a key there is none.</summary>
public sealed record ServiceModePolicy
{
    /// <summary>Minutes it lasts, 1 to 60.</summary>
    public int Minutes { get; set; } = 15;

    /// <summary>Any of these enters and leaves it; at most 8.</summary>
    public ImmutableArray<ServiceKeyPolicy> Keys { get; set; } = [];

    internal void Check()
    {
        ConfigurationFile.Require(Minutes is >= 1 and <= 60, "policy.json: service_mode.minutes is outside 1 to 60");
        ConfigurationFile.Require(!Keys.IsDefault && Keys.Length <= 8, "policy.json: more than 8 service_mode.keys");
        foreach (ServiceKeyPolicy key in Keys)
        {
            key.Check();
        }
    }
}

/// <summary>One key, and how long it must be held.</summary>
public sealed record ServiceKeyPolicy
{
    /// <summary>Where its device is connected, as the kernel says it (<c>/sys/class/input/eventN/device/phys</c>): <c>isa0060/serio0/input0</c> is the
    /// PS/2 keyboard, <c>LNXPWRBN/button/input0</c> the power button. What can be plugged in (<c>usb-...</c>, Bluetooth) is refused.</summary>
    public required string Device { get; init; }

    /// <summary>Key code of linux/input-event-codes.h, 1 to 767.</summary>
    public required int Code { get; init; }

    /// <summary>Milliseconds it must stay down, 0 to 10000; 0 for a button that reports no release of its own.</summary>
    public int HoldMs { get; set; } = 3000;

    internal void Check()
    {
        InputPlace.Require(Device, "service_mode.keys");
        ConfigurationFile.Require(Code is >= 1 and <= 767, "policy.json: service_mode.keys: code is outside 1 to 767");
        ConfigurationFile.Require(HoldMs is >= 0 and <= 10_000, "policy.json: service_mode.keys: hold_ms is outside 0 to 10000");
    }
}

/// <summary>Serializer for the files in the signed image and <c>device.json</c>: snake case, unknown and double members refused.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    ReadCommentHandling = JsonCommentHandling.Disallow,
    MaxDepth = 16)]
[JsonSerializable(typeof(Policy))]
[JsonSerializable(typeof(ImageInfo))]
[JsonSerializable(typeof(DeviceFile))]
internal sealed partial class ConfigurationJson : JsonSerializerContext;
