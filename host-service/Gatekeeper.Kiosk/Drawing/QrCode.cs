using Gatekeeper.Linux.Screen;
using QRCoder;

namespace Gatekeeper.Kiosk.Drawing;

/// <summary>
/// A QR code (ISO/IEC 18004:2024) of a short text: error correction M, which a scratched screen still gives, and its quiet zone of four
/// modules. Modules are whole pixels, so that no camera sees a blurred edge, and it is never mirrored.
/// </summary>
internal static class QrCode
{
    /// <summary>Draws it as large as whole pixels allow, in the middle of the box, dark on white in any theme. Returns the square it took.</summary>
    /// <exception cref="ArgumentException">The box is too small for one pixel a module, or the text is longer than a code holds.</exception>
    internal static Box Draw(Painter painter, Box box, string text)
    {
        using QRCodeData code = Encode(text);
        int modules = code.ModuleMatrix.Count;
        int pixels = (int)(Math.Min(box.Width, box.Height) / modules);
        if (pixels < 1)
        {
            throw new ArgumentException($"{modules} modules do not fit into {box}", nameof(box));
        }

        double side = modules * pixels;
        Box screen = painter.OnScreen(box);
        Box square = new(Math.Floor(screen.X + ((screen.Width - side) / 2)), Math.Floor(screen.Y + ((screen.Height - side) / 2)), side, side);
        painter.FillBox(painter.OnScreen(square), Theme.Paper);
        for (int row = 0; row < modules; row++)
        {
            for (int column = 0; column < modules; column++)
            {
                if (code.ModuleMatrix[row][column])
                {
                    painter.FillBox(painter.OnScreen(new Box(square.X + (column * pixels), square.Y + (row * pixels), pixels, pixels)), Theme.Dark);
                }
            }
        }

        return painter.OnScreen(square);
    }

    private static QRCodeData Encode(string text)
    {
        try
        {
            return QRCodeGenerator.GenerateQrCode(text, QRCodeGenerator.ECCLevel.M);
        }
        catch (QRCoder.Exceptions.DataTooLongException error)
        {
            throw new ArgumentException("the text is longer than a code holds", nameof(text), error);
        }
    }
}
