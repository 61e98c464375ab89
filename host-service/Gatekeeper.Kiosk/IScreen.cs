using System.ComponentModel;
using Gatekeeper.Kiosk.Drawing;
using Gatekeeper.Linux.Screen;

namespace Gatekeeper.Kiosk;

/// <summary>The screen as the session sees it.</summary>
internal interface IScreen
{
    /// <summary>Draws a page, opening the screen if need be. False while another program has it: asked again later.</summary>
    bool TryShow(PageModel page);

    /// <summary>Lets the screen go, if it is held.</summary>
    void Close();
}

/// <summary>
/// The first screen of a DRM card or, on a machine without a card, the framebuffer. Open only between <see cref="TryShow"/> and <see cref="Close"/>.
/// </summary>
/// <param name="card">The card. A framebuffer is used only where this is not there: a card that another program has is waited for, never gone round.</param>
/// <param name="framebuffer">The framebuffer.</param>
/// <param name="log">Each change of what can be drawn on is said once.</param>
internal sealed class DeviceScreen(string card, string framebuffer, TextWriter log) : IScreen, IDisposable
{
    private IDisplay? _display;
    private Picture? _picture;
    private string _said = "";

    public bool TryShow(PageModel page)
    {
        try
        {
            _display ??= Open();
            if (_display is null)
            {
                Say("another program has the screen");
                return false;
            }

            _picture ??= new Picture(_display.Width, _display.Height);
            PagePainter.Draw(_picture, page);
            _display.Show(_picture);
            Say($"{_display.Width}x{_display.Height} {(_display is FramebufferScreen ? framebuffer : card)}");
            return true;
        }
        catch (Win32Exception error)
        {
            // No card, no screen plugged in, or mastership lost: the next try starts from the beginning.
            Close();
            Say($"{error.Message} (errno {error.NativeErrorCode})");
            return false;
        }
    }

    public void Close()
    {
        _display?.Dispose();
        _display = null;
        _picture?.Dispose();
        _picture = null;
    }

    public void Dispose() => Close();

    private IDisplay? Open() => File.Exists(card) || !File.Exists(framebuffer) ? DrmScreen.TryOpen(card) : FramebufferScreen.Open(framebuffer);

    private void Say(string what)
    {
        if (what != _said)
        {
            _said = what;
            log.WriteLine($"gatekeeper-kiosk: screen: {what}");
        }
    }
}
