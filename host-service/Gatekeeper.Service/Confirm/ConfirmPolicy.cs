using System.Collections.Immutable;
using Gatekeeper.Linux.Input;

namespace Gatekeeper.Service.Confirm;

/// <summary>Whether a person at the device is asked before a verified release is installed.</summary>
public sealed record ConfirmPolicy
{
    /// <summary>The keyboard of the board of an x86 machine.</summary>
    private const string BoardKeyboard = "isa0060/serio0/input0";

    /// <summary><c>none</c>, <c>button</c> (a named key says yes) or <c>pin</c> (a person's PIN says yes and who).</summary>
    public string Kind { get; set; } = "none";

    /// <summary>Which keys count; at most 8. Left out: Enter of the PS/2 keyboard, or its digits for a PIN.</summary>
    public ImmutableArray<ConfirmKeyPolicy> Keys { get; set; } = [];

    /// <summary>Seconds the question waits for a key, 10 to 600.</summary>
    public int Seconds { get; set; } = 120;

    /// <summary>True when a person is asked.</summary>
    internal bool IsWanted => Kind != "none";

    /// <summary>True when it is asked for a PIN.</summary>
    internal bool ByPin => Kind == "pin";

    /// <summary>The keys with what was left out.</summary>
    internal ImmutableArray<ConfirmKeyPolicy> Used() => Keys.IsEmpty ? [new ConfirmKeyPolicy { Device = BoardKeyboard }] : Keys;

    internal void Check(ServiceModePolicy service)
    {
        ConfigurationFile.Require(Kind is "none" or "button" or "pin", "policy.json: confirm.kind is none of none, button, pin");
        ConfigurationFile.Require(!Keys.IsDefault && Keys.Length <= 8, "policy.json: more than 8 confirm.keys");
        ConfigurationFile.Require(Seconds is >= 10 and <= 600, "policy.json: confirm.seconds is outside 10 to 600");
        foreach (ConfirmKeyPolicy key in Keys)
        {
            InputPlace.RequireKeypad(key.Device, "confirm.keys");
            ConfigurationFile.Require(key.Code is null or (>= 1 and <= 767), "policy.json: confirm.keys: code is outside 1 to 767");
            ConfigurationFile.Require(!ByPin || key.Code is null, "policy.json: confirm.keys: a keypad for a PIN has no code");
        }

        // One press that both installs and enters service mode would be two answers to one question.
        ConfigurationFile.Require(!IsWanted || !Used().Any(key => service.Keys.Any(s => s.Device == key.Device && key.Means(s.Code, ByPin))),
            "policy.json: confirm.keys: a key of service mode");
    }
}

/// <summary>One key, or one keypad.</summary>
public sealed record ConfirmKeyPolicy
{
    /// <summary>Where its device is connected, as for a key of service mode; or the USB port of a keypad that a port rule lets in, <c>usb-port/1-4</c>.</summary>
    public required string Device { get; init; }

    /// <summary>Key code of linux/input-event-codes.h, 1 to 767; left out: Enter. For a PIN it is left out.</summary>
    public int? Code { get; set; }

    /// <summary>True when the key has a meaning for the question.</summary>
    internal bool Means(int code, bool pin) => pin ? PinPad.Knows(code) : code == (Code ?? KeyCode.Enter);
}
