using Gatekeeper.Kiosk.Drawing;
using Gatekeeper.Linux.Screen;

namespace Gatekeeper.Kiosk.Tests;

public class ThemeTests
{
    public static TheoryData<Rgb, Rgb> Pairs => new()
    {
        { Theme.Ink, Theme.Page }, { Theme.Ink, Theme.Panel }, { Theme.SoftInk, Theme.Page }, { Theme.SoftInk, Theme.Panel },
        { Theme.Paper, Theme.Work }, { Theme.Paper, Theme.Good }, { Theme.Paper, Theme.Attention }, { Theme.Paper, Theme.Quiet }, { Theme.Paper, Theme.Ink },
    };

    [Theory]
    [MemberData(nameof(Pairs))]
    public void TextOnItsGround_HasContrast(Rgb text, Rgb ground)
    {
        // WCAG 2.2, "contrast ratio".
        (double low, double high) = (Math.Min(Luminance(text), Luminance(ground)), Math.Max(Luminance(text), Luminance(ground)));
        Assert.InRange((high + 0.05) / (low + 0.05), 4.5, 21);
    }

    private static double Luminance(Rgb color) => (0.2126 * Linear(color.Red)) + (0.7152 * Linear(color.Green)) + (0.0722 * Linear(color.Blue));

    private static double Linear(byte part)
    {
        double value = part / 255.0;
        return value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
    }
}
