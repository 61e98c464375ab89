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

/// <summary>The first screen of a DRM card. Open only between <see cref="TryShow"/> and <see cref="Close"/>.</summary>
internal sealed class CardScreen(string path, TextWriter log) : IScreen, IDisposable
{
    private DrmScreen? _screen;
    private Picture? _picture;
    private string _said = "";

    public bool TryShow(PageModel page)
    {
        try
        {
            _screen ??= DrmScreen.TryOpen(path);
            if (_screen is null)
            {
                Say("another program has the screen");
                return false;
            }

            _picture ??= new Picture(_screen.Width, _screen.Height);
            PagePainter.Draw(_picture, page);
            _screen.Show(_picture);
            Say($"{_screen.Width}x{_screen.Height}");
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
        _screen?.Dispose();
        _screen = null;
        _picture?.Dispose();
        _picture = null;
    }

    public void Dispose() => Close();

    private void Say(string what)
    {
        if (what != _said)
        {
            _said = what;
            log.WriteLine($"gatekeeper-kiosk: screen: {what}");
        }
    }
}
