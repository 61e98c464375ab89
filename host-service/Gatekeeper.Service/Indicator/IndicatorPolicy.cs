namespace Gatekeeper.Service.Indicator;

/// <summary>Lamp and beeper. Neither has to be there.</summary>
public sealed record IndicatorPolicy
{
    /// <summary>Name under <c>/sys/class/leds</c>. Lamps of a keyboard are numbered anew at every start: they are named by where it is
    /// connected, <c>isa0060/serio0/input0::capslock</c>.</summary>
    public string? Led { get; set; }

    /// <summary>Where an input device that makes tones is connected: <c>isa0061/input0</c> is the PC speaker.</summary>
    public string? Beeper { get; set; }

    internal void Check()
    {
        ConfigurationFile.Require(Led is null || (InputPlace.IsPlain(Led) && IsPath(Led)), "policy.json: indicator.led is no name of a lamp");
        ConfigurationFile.Require(Beeper is null || InputPlace.IsPlain(Beeper), "policy.json: indicator.beeper is no place of an input device");
    }

    // A name is used as a file's: it has no slash, or it is a place and is compared only.
    private static bool IsPath(string led) => led != "." && led != ".." && (!led.Contains('/', StringComparison.Ordinal) || led.Contains("::", StringComparison.Ordinal));
}
