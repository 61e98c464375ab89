using Gatekeeper.Update.Status;

namespace Gatekeeper.Kiosk;

/// <summary>
/// What the kiosk does with the lines of one connection. It draws between <c>screen-yours</c> and <c>screen-return</c> only, and
/// even then nothing while there is nothing to say or the device is in use (I15).
/// </summary>
/// <param name="speak">From the language the service names, or null, to a builder of pages in it.</param>
/// <param name="screen">The screen.</param>
/// <param name="send">Sends a line to the service.</param>
/// <remarks>
/// <code>
///  not ours ──screen-yours──▶ ours, nothing shown ──a page to show──▶ ours, shown
///     ▲                              │  ▲                                │  │
///     └──screen-return, connection lost (card closed) ◀──────────────────┘  │
///                                       └──────idle, waiting, in use ◀──────┘
/// </code>
/// </remarks>
internal sealed class KioskSession(Func<string?, PageBuilder> speak, IScreen screen, Action<ClientLine> send)
{
    private PageBuilder? _builder;
    private string? _language;
    private bool _ours;
    private PageModel? _page;
    private PageModel? _shown;

    /// <summary>True while a page waits to be shown because another program still had the screen.</summary>
    internal bool IsPending => _ours && _page is not null && _page != _shown;

    /// <summary>Takes one line of the service.</summary>
    internal void Take(ServiceLine line)
    {
        switch (line)
        {
            case StatusMessage status:
                if (_builder is null || status.Language != _language)
                {
                    _language = status.Language;
                    _builder = speak(_language);
                }

                _page = _builder.Build(status);
                break;
            case ScreenYours:
                _ours = true;
                break;
            case ScreenReturn:
                _ours = false;
                Close();
                send(new ScreenReturned());
                break;
            default:
                // The rest is between the service and the device's own program.
                break;
        }
    }

    /// <summary>Shows what the lines so far ask for; called after each batch of lines, and again while a page waits.</summary>
    internal void Show()
    {
        if (!_ours || _page is null)
        {
            Close();
        }
        else if (_page != _shown && screen.TryShow(_page))
        {
            _shown = _page;
        }
    }

    /// <summary>The connection is gone: what is on the screen may no longer be true.</summary>
    internal void Lost()
    {
        _ours = false;
        _page = null;
        Close();
    }

    private void Close()
    {
        _shown = null;
        screen.Close();
    }
}
