using Gatekeeper.Linux.Screen;

namespace Gatekeeper.Kiosk.Drawing;

/// <summary>
/// The colours. Each text colour has a contrast of at least 4.5 to 1 on what it stands on (WCAG 2.2 §1.4.3);
/// a test counts it. Calm on purpose: this stands beside a patient.
/// </summary>
internal static class Theme
{
    internal static readonly Rgb Page = new(0xf4, 0xf7, 0xfa);
    internal static readonly Rgb Panel = new(0xff, 0xff, 0xff);
    internal static readonly Rgb Rule = new(0xd3, 0xdd, 0xe7);
    internal static readonly Rgb Ink = new(0x14, 0x24, 0x38);
    internal static readonly Rgb SoftInk = new(0x4a, 0x5b, 0x70);
    internal static readonly Rgb Paper = new(0xff, 0xff, 0xff);

    /// <summary>The dark modules of a QR code: cameras want all the contrast there is.</summary>
    internal static readonly Rgb Dark = new(0x00, 0x00, 0x00);

    internal static readonly Rgb Work = new(0x0b, 0x5c, 0xab);
    internal static readonly Rgb Good = new(0x10, 0x70, 0x50);
    internal static readonly Rgb Attention = new(0xa3, 0x3d, 0x12);
    internal static readonly Rgb Quiet = new(0x3d, 0x50, 0x67);

    internal static Rgb Of(PageTone tone) => tone switch
    {
        PageTone.Work => Work,
        PageTone.Good => Good,
        _ => Attention,
    };

    internal static Rgb Of(BandKind kind) => kind switch
    {
        BandKind.PullStick => Good,
        BandKind.LeaveStick => Quiet,
        _ => Ink,
    };
}
