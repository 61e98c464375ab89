using System.ComponentModel;
using Gatekeeper.Linux.Screen.Drm;

namespace Gatekeeper.Linux.Screen;

/// <summary>
/// The first connected screen of a card in its preferred mode, with one 32-bit dumb buffer behind it.
/// Only the card's master can show anything; giving the screen to another program is dropping master.
/// </summary>
public sealed class DrmScreen : IDisplay
{
    private readonly DrmCard _card;
    private readonly uint _crtc;
    private readonly uint _connector;
    private readonly drm_mode_modeinfo _mode;
    private readonly drm_mode_create_dumb _dumb;
    private readonly uint _fb;
    private readonly MappedPixels _pixels;
    private bool _scanned;
    private bool _disposed;

    private DrmScreen(DrmCard card)
    {
        _card = card;
        try
        {
            (_connector, _crtc, _mode) = FirstScreen(card);
            _dumb = card.CreateDumb(_mode.hdisplay, _mode.vdisplay);
            _fb = card.AddFb(_dumb);
            long offset = checked((long)card.MapDumb(_dumb.handle));
            _pixels = new MappedPixels(card.File, checked((nuint)_dumb.size), offset, "dumb buffer");
        }
        catch (Win32Exception)
        {
            // The kernel frees the buffer with the file.
            card.Dispose();
            throw;
        }
    }

    /// <summary>Where the kernel puts the first card.</summary>
    public static string DefaultPath => "/dev/dri/card0";

    /// <inheritdoc/>
    public int Width => _mode.hdisplay;

    /// <inheritdoc/>
    public int Height => _mode.vdisplay;

    /// <summary>
    /// Opens a card that has no master. Null when another program has it: the screen is never taken by force.
    /// Throws <see cref="Win32Exception"/> (errno) when there is no card, no permission or no connected screen.
    /// </summary>
    public static DrmScreen? TryOpen(string path)
    {
        DrmCard card = new(path);
        if (!card.TrySetMaster())
        {
            card.Dispose();
            return null;
        }

        return new DrmScreen(card);
    }

    /// <summary>Copies a picture into the buffer, row by row, and shows it. Throws <see cref="Win32Exception"/> when this program is not the master.</summary>
    /// <param name="picture">Exactly <see cref="Width"/> by <see cref="Height"/>.</param>
    public void Show(Picture picture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        ObjectDisposedException.ThrowIf(_disposed, this);
        picture.RequireSizeOf(this);
        for (int y = 0; y < Height; y++)
        {
            picture.Row(y).CopyTo(_pixels.At(checked((long)_dumb.pitch * y), Width * 4));
        }

        if (!_scanned)
        {
            _card.SetCrtc(_crtc, _connector, _fb, _mode);
            _scanned = true;
        }

        _card.DirtyFb(_fb);
    }

    /// <summary>Lets another program become the master. What was shown stays until that program shows something.</summary>
    public void DropMaster()
    {
        // Another program may show its own buffer from now on, so the mode must be set again.
        _scanned = false;
        _card.DropMaster();
    }

    /// <summary>Becomes the master again. False while another program is it.</summary>
    public bool TryBecomeMaster() => _card.TrySetMaster();

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _pixels.Dispose();
        _card.RmFb(_fb);
        _card.DestroyDumb(_dumb.handle);
        _card.Dispose();
    }

    private static (uint Connector, uint Crtc, drm_mode_modeinfo Mode) FirstScreen(DrmCard card)
    {
        (uint[] crtcs, uint[] connectors) = card.Resources();
        foreach (uint id in connectors)
        {
            (drm_mode_get_connector connector, drm_mode_modeinfo[] modes, uint[] encoders) = card.Connector(id);
            if (connector.connection != DrmIoctl.connector_status_connected || modes.Length == 0)
            {
                continue;
            }

            foreach (uint encoderId in encoders)
            {
                uint possible = card.Encoder(encoderId).possible_crtcs;
                for (int i = 0; i < Math.Min(crtcs.Length, 32); i++)
                {
                    if ((possible & (1u << i)) != 0)
                    {
                        // The kernel lists the preferred mode first.
                        return (id, crtcs[i], modes[0]);
                    }
                }
            }
        }

        const int ENODEV = 19;
        throw new Win32Exception(ENODEV, "no connected screen");
    }
}
