using System.Collections.Immutable;
using Gatekeeper.Update.Status;

namespace Gatekeeper.Service.Indicator;

/// <summary>What lamp and beeper say of a status. The table is in INDICATOR.md; a test keeps the two the same.</summary>
/// <param name="Name">Its name in the table.</param>
/// <param name="Lamp">Milliseconds on, off, on, off, ... again and again; empty: dark; one number: steady.</param>
/// <param name="Beeps">Milliseconds of tone, silence, tone, ... once, when the sign begins; empty: silent.</param>
internal sealed record IndicatorSign(string Name, ImmutableArray<int> Lamp, ImmutableArray<int> Beeps)
{
    internal static readonly IndicatorSign Dark = new("dark", [], []);

    internal static readonly IndicatorSign Working = new("working", [1000, 1000], []);

    internal static readonly IndicatorSign Ask = new("ask", [200, 200, 200, 1400], [100, 150, 100]);

    internal static readonly IndicatorSign Done = new("done", [1000], [600]);

    internal static readonly IndicatorSign Failed = new("failed", [150, 150, 150, 150, 150, 150, 150, 1350], [300, 200, 300, 200, 300]);

    internal static readonly ImmutableArray<IndicatorSign> All = [Dark, Working, Ask, Done, Failed];

    /// <summary>The sign for a status. Dark in use (I15), and for what is told in service mode only (I09 a and b).</summary>
    internal static IndicatorSign Of(StatusMessage status) => status switch
    {
        { InUse: true } => Dark,
        { State: StatusState.Found, Ask: not null } => Ask,
        { State: StatusState.Refused, Message: var message } => message is null || message.IsSilent() ? Dark : message.IsInstalledAlready() ? Done : Failed,
        _ => status.State switch
        {
            StatusState.Idle or StatusState.Waiting => Dark,
            StatusState.Done or StatusState.Taken => Done,
            StatusState.FellBack => Failed,
            _ => Working,
        },
    };

    /// <summary>Whether the lamp is lit so long after the sign began.</summary>
    internal bool IsLit(long milliseconds) => Lamp.Length switch
    {
        0 => false,
        1 => true,
        _ => IsOn(Lamp, milliseconds % Lamp.Sum()),
    };

    /// <summary>Whether there is a tone so long after the sign began.</summary>
    internal bool Sounds(long milliseconds) => IsOn(Beeps, milliseconds);

    private static bool IsOn(ImmutableArray<int> spans, long at)
    {
        for (int i = 0; i < spans.Length; i++)
        {
            if (at < spans[i])
            {
                return i % 2 == 0;
            }

            at -= spans[i];
        }

        return false;
    }
}
