using Gatekeeper.Update.Status;

namespace Gatekeeper.Service.Status;

/// <summary>
/// Whose turn it is to draw (DESIGN §6 Status). The device's program has the screen; the kiosk gets it when something is to be
/// shown, the device is not in use and the program has given it. It is never taken by force. Pure: events in, lines out; time is passed in.
/// </summary>
/// <param name="toApp">Sends a line to the device's program, if it is connected.</param>
/// <param name="toKiosk">Sends a line to the kiosk, if it is connected.</param>
/// <param name="dropKiosk">Ends the kiosk's connection: it did not answer, so it has to start anew.</param>
internal sealed class ScreenBroker(Action<ServiceLine> toApp, Action<ServiceLine> toKiosk, Action dropKiosk)
{
    /// <summary>How long a new kiosk is waited for after one died, milliseconds. A kiosk starts in one to two seconds under emulation.</summary>
    internal const long PatienceMs = 3000;

    /// <summary>
    /// How long a kiosk may take to give the screen back, milliseconds; then it is ended, and the kernel takes the card from it. The
    /// device's program may be waiting for it with a patient (I15). A kiosk answers when the page it is drawing is done, which under
    /// emulation is the largest part of a second; ending it sooner would only cost the start of another one.
    /// </summary>
    internal const long ReturnMs = 1000;

    private enum Turn
    {
        App,
        AskedApp,
        Kiosk,
        KioskGone,
        Returning,
    }

    private Turn turn = Turn.App;
    private bool wanted;
    private bool app;
    private bool kiosk;
    private long since;

    /// <summary>True while the kiosk may draw.</summary>
    internal bool KioskHasScreen => turn is Turn.Kiosk;

    /// <summary>When <see cref="Tick"/> has something to do next; null: nothing is waited for.</summary>
    internal long? DueMs => turn switch
    {
        Turn.Returning => since + ReturnMs,
        Turn.KioskGone => since + PatienceMs,
        _ => null,
    };

    /// <summary>Something is to be shown, and the device is not in use; or no longer.</summary>
    internal void Want(bool want, long nowMs)
    {
        wanted = want;
        Settle(nowMs);
    }

    /// <summary>The device's program connected or its connection ended.</summary>
    internal void App(bool connected, long nowMs)
    {
        app = connected;
        if (connected && turn == Turn.App)
        {
            toApp(new ScreenYours());
        }

        if (!connected && turn == Turn.AskedApp)
        {
            turn = Turn.App;
        }

        Settle(nowMs);
    }

    /// <summary>The kiosk connected or its connection ended.</summary>
    internal void Kiosk(bool connected, long nowMs)
    {
        kiosk = connected;
        if (!connected && turn == Turn.Kiosk)
        {
            turn = Turn.KioskGone;
            since = nowMs;
        }
        else if (!connected && turn == Turn.Returning)
        {
            BackToApp();
        }

        Settle(nowMs);
    }

    /// <summary>The device's program has dropped the screen.</summary>
    internal void Given(long nowMs)
    {
        if (turn != Turn.AskedApp)
        {
            // Asked, then no longer wanted: it dropped the screen for nothing and gets it back.
            if (turn == Turn.App)
            {
                toApp(new ScreenYours());
            }

            return;
        }

        if (wanted && kiosk)
        {
            ToKiosk();
        }
        else
        {
            BackToApp();
        }

        Settle(nowMs);
    }

    /// <summary>The kiosk has closed the card.</summary>
    internal void Returned(long nowMs)
    {
        if (turn == Turn.Returning)
        {
            BackToApp();
            Settle(nowMs);
        }
    }

    /// <summary>Time has passed.</summary>
    internal void Tick(long nowMs)
    {
        if (turn == Turn.Returning && nowMs - since >= ReturnMs)
        {
            dropKiosk();
            BackToApp();
        }
        else if (turn == Turn.KioskGone && nowMs - since >= PatienceMs)
        {
            BackToApp();
        }

        Settle(nowMs);
    }

    private void Settle(long nowMs)
    {
        switch (turn)
        {
            case Turn.App when wanted && kiosk && app:
                turn = Turn.AskedApp;
                toApp(new ScreenWanted());
                break;
            case Turn.App when wanted && kiosk:
                ToKiosk();
                break;
            case Turn.AskedApp when !wanted:
                BackToApp();
                break;
            case Turn.Kiosk when !wanted:
                turn = Turn.Returning;
                since = nowMs;
                toKiosk(new ScreenReturn());
                break;
            case Turn.KioskGone when kiosk && wanted:
                ToKiosk();
                break;
            case Turn.KioskGone when !wanted:
                BackToApp();
                break;
        }
    }

    private void ToKiosk()
    {
        turn = Turn.Kiosk;
        toKiosk(new ScreenYours());
    }

    private void BackToApp()
    {
        turn = Turn.App;
        toApp(new ScreenYours());
    }
}
