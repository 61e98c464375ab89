using Gatekeeper.Linux.Input;
using Gatekeeper.Update.Status;

namespace Gatekeeper.Service.Confirm;

/// <summary>How a question ended.</summary>
internal enum Answer
{
    /// <summary>Yes, by <see cref="Question.By"/>.</summary>
    Yes,

    /// <summary>No.</summary>
    No,

    /// <summary>Nobody answered in time.</summary>
    Silence,

    /// <summary>The device came into use: nothing is asked (I15).</summary>
    InUse,
}

/// <summary>What a question looks at while it waits.</summary>
/// <param name="InUse">Whether the device is in use (I15).</param>
/// <param name="IsOnScreen">Whether the kiosk has the screen. True without a kiosk: the device has a lamp, or a screen of its own that reads the status.</param>
/// <param name="OpenKeys">Opens the keys that count.</param>
/// <param name="Pause">Waits so many milliseconds.</param>
internal sealed record AskSituation(Func<bool> InUse, Func<bool> IsOnScreen, Func<IKeySource> OpenKeys, Action<int, CancellationToken> Pause);

/// <summary>One time that the question is on the screen. Holds the digits typed so far, and overwrites them when it ends.</summary>
/// <param name="policy">What is asked for, on which keys, how long.</param>
/// <param name="people">Whose PIN it is, and whether one may be typed now.</param>
/// <param name="nowMs">A clock that nobody can set.</param>
/// <param name="show">Tells the question whenever it changes.</param>
internal sealed class Question(ConfirmPolicy policy, PersonDesk people, Func<long> nowMs, Action<StatusAsk> show) : IDisposable
{
    /// <summary>From the kiosk having the screen to the page being drawn and seen, on a slow machine. Keys count from then on.</summary>
    private const int SeenMs = 1000;

    /// <summary>How long keys are waited for before the device's use, the time and the stick are looked at.</summary>
    private const int LookMs = 50;

    private readonly bool pin = policy.ByPin;
    private readonly PinPad pad = new();
    private StatusAsk? shown;
    private long endsAtMs = nowMs() + (policy.Seconds * 1000L);
    private long? onScreenSinceMs;
    private bool wrong;
    private bool declined;

    /// <summary>Who said yes: <c>button</c>, or <c>person NAME</c>.</summary>
    internal string By { get; private set; } = "";

    /// <summary>Tells the question as it stands, if that was not told yet.</summary>
    internal void Show()
    {
        int left = (int)((Math.Max(0, endsAtMs - nowMs()) + 999) / 1000);
        StatusAsk ask = pin
            ? new StatusAsk(AskKind.Pin, pad.Count, left, wrong, people.TriesLeft, people.SecondsToWait)
            : new StatusAsk(AskKind.Button, 0, left, false, 0, 0);
        if (ask != shown)
        {
            shown = ask;
            show(ask);
        }
    }

    /// <summary>Waits for the answer.</summary>
    /// <param name="situation">The device, the screen and the keys.</param>
    /// <param name="port">The stick's port, for the audit log.</param>
    /// <param name="stop">The stick was pulled, or the service stops.</param>
    /// <exception cref="OperationCanceledException">Told to stop.</exception>
    /// <exception cref="Gatekeeper.Release.RefusedException">State partition or audit log failed: there is no answer.</exception>
    internal Answer Run(AskSituation situation, string port, CancellationToken stop)
    {
        IKeySource? keys = null;
        try
        {
            while (true)
            {
                stop.ThrowIfCancellationRequested();
                if (situation.InUse())
                {
                    return Answer.InUse;
                }

                if (nowMs() >= endsAtMs)
                {
                    return Answer.Silence;
                }

                Show();
                if (!IsSeen(situation.IsOnScreen()))
                {
                    keys?.Dispose();
                    keys = null;
                    pad.Clear();
                    situation.Pause(LookMs, stop);
                    continue;
                }

                // Opened now and not before: what was pressed until now is not in it.
                keys ??= Open(situation);
                IReadOnlyList<KeyPress> pressed = keys.Wait(LookMs, out bool lost);
                if (lost)
                {
                    pad.Clear();
                }

                bool whole = pin ? Type(pressed) : pressed.Any(Counts);
                if (declined)
                {
                    return Answer.No;
                }

                // Looked at once more: what was pressed while the device came into use is no answer.
                stop.ThrowIfCancellationRequested();
                if (whole && !situation.InUse())
                {
                    if (!pin || IsSomebodys(port))
                    {
                        By = pin ? By : "button";
                        return Answer.Yes;
                    }

                    // What was typed while the PIN was looked at is no part of the next one.
                    keys.Dispose();
                    keys = null;
                }
            }
        }
        finally
        {
            keys?.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => pad.Dispose();

    private bool IsSeen(bool onScreen)
    {
        onScreenSinceMs = onScreen ? onScreenSinceMs ?? nowMs() : null;
        return nowMs() - onScreenSinceMs >= SeenMs;
    }

    private IKeySource Open(AskSituation situation)
    {
        MoreTime();
        Show();
        return situation.OpenKeys();
    }

    // True when Enter followed enough digits; what is behind it is dropped.
    private bool Type(IReadOnlyList<KeyPress> pressed)
    {
        if (people.SecondsToWait > 0)
        {
            // The device makes the person wait: no digit counts, and the time does not run.
            pad.Clear();
            wrong = false;
            MoreTime();
            return false;
        }

        foreach (KeyPress press in pressed.Where(Counts))
        {
            switch (pad.Press(press.Code))
            {
                case PadEvent.Changed:
                    wrong = false;
                    MoreTime();
                    break;
                case PadEvent.Declined:
                    declined = true;
                    return false;
                case PadEvent.Entered:
                    return true;
                default:
                    break;
            }
        }

        return false;
    }

    private bool IsSomebodys(string port)
    {
        string? name = people.Check(pad.Digits, port);
        pad.Clear();
        wrong = name is null;
        By = name is null ? "" : $"person {name}";
        MoreTime();
        return name is not null;
    }

    private bool Counts(KeyPress press) => press.Down && policy.Used().Any(key => key.Device == press.Device && key.Means(press.Code, pin));

    private void MoreTime() => endsAtMs = nowMs() + (policy.Seconds * 1000L);
}
