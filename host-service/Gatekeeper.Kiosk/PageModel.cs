using Gatekeeper.Linux.Screen;

namespace Gatekeeper.Kiosk;

/// <summary>The shape in the disc of a page. Each state has its own, so that colour is never the only sign.</summary>
internal enum PageIcon
{
    Stick,
    Arrow,
    Lens,
    Download,
    Circle,
    Pulse,
    Tick,
    Return,
    Cross,
    Key,
    Button,
    Keypad,
    Clock,
}

/// <summary>The mood of a page: the colour of its disc and bar.</summary>
internal enum PageTone
{
    /// <summary>Something is under way.</summary>
    Work,

    /// <summary>All is well.</summary>
    Good,

    /// <summary>A person should read this.</summary>
    Attention,
}

/// <summary>What the band at the foot of a page says.</summary>
internal enum BandKind
{
    /// <summary>The stick is still needed.</summary>
    LeaveStick,

    /// <summary>The stick can be pulled.</summary>
    PullStick,

    /// <summary>What to do now.</summary>
    NextStep,

    /// <summary>A PIN is typed: dots when there are digits, else what to do.</summary>
    Pin,
}

/// <summary>The band at the foot of a page.</summary>
internal sealed record PageBand(BandKind Kind, string Text);

/// <summary>Everything one page says, as text and shapes; how it looks is the painter's matter.</summary>
internal sealed record PageModel
{
    /// <summary>The language its texts are in.</summary>
    public required TextLocale Locale { get; init; }

    public required PageIcon Icon { get; init; }

    public required PageTone Tone { get; init; }

    /// <summary>Top left: the device's product.</summary>
    public required string Product { get; init; }

    /// <summary>Top right: the version that runs.</summary>
    public required string Running { get; init; }

    /// <summary>A sign in the header while in service mode, or null.</summary>
    public string? ServiceMode { get; init; }

    public required string Title { get; init; }

    /// <summary>Version it goes from; null together with <see cref="To"/>.</summary>
    public string? From { get; init; }

    /// <summary>Version it goes to.</summary>
    public string? To { get; init; }

    /// <summary>Beside the versions: the size of the release.</summary>
    public string? Size { get; init; }

    public string? Body { get; init; }

    public string? NotesTitle { get; init; }

    /// <summary>Shown where there is no body, or room is left below it. The manufacturer's words, in whatever language they are.</summary>
    public string? Notes { get; init; }

    /// <summary>What a code of squares says to a camera (QR, ISO/IEC 18004:2024), or null. The same stands on the page in letters.</summary>
    public string? Qr { get; init; }

    /// <summary>0 to 100, or null for a page without a bar.</summary>
    public int? Percent { get; init; }

    public string? PercentText { get; init; }

    public string? TimeLeft { get; init; }

    public PageBand? Band { get; init; }

    /// <summary>Dots in place of the band's text, one a digit that was typed; 0: the text.</summary>
    public int Dots { get; init; }

    /// <summary>At the end of the band: the code to read out.</summary>
    public string? Code { get; init; }

    /// <summary>In the same place, on a page without a code: how long it will take.</summary>
    public string? Takes { get; init; }
}
