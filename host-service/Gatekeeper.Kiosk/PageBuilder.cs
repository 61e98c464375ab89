using System.Globalization;
using Gatekeeper.Kiosk.Strings;
using Gatekeeper.Update.Status;

namespace Gatekeeper.Kiosk;

/// <summary>From a status to a page in one language. Pure.</summary>
internal sealed class PageBuilder(Texts texts)
{
    /// <summary>The page for a status, or null when there is nothing to show: idle, waiting, and whenever the device is in use (I15).</summary>
    internal PageModel? Build(StatusMessage status)
    {
        if (status.InUse)
        {
            return null;
        }

        return status.State switch
        {
            StatusState.Idle when status.ServiceMode => Challenge(status, ServiceMode(status)),
            StatusState.Idle or StatusState.Waiting => null,
            StatusState.Found when status.Ask is { } ask => Ask(status, ask),
            StatusState.Found => Stick(status, Update(status, PageIcon.Stick, TextKey.FoundTitle) with { Takes = Takes(status.SecondsLeft) }),
            StatusState.Copying => Stick(status, Update(status, PageIcon.Arrow, TextKey.CopyingTitle)),
            StatusState.Checking => Stick(status, Update(status, PageIcon.Lens, TextKey.CheckingTitle)),
            StatusState.Installing => Stick(status, Update(status, PageIcon.Download, TextKey.InstallingTitle) with
            {
                Size = null,
                Body = texts[TextKey.InstallingBody, status.Running],
            }),
            StatusState.Restarting => Stick(status, Update(status, PageIcon.Circle, TextKey.RestartingTitle) with
            {
                Size = null,
                Body = texts[TextKey.RestartingBody],
            }),
            StatusState.SelfTest => Page(status, PageIcon.Pulse, PageTone.Work, texts[TextKey.SelfTestTitle]) with
            {
                Body = texts[TextKey.SelfTestBody],
            },
            StatusState.Done => Page(status, PageIcon.Tick, PageTone.Good, texts[TextKey.DoneTitle]) with
            {
                Body = texts[TextKey.DoneBody, status.Product, status.Running],
                Band = status.CanPull ? new PageBand(BandKind.PullStick, texts[TextKey.StickPull]) : null,
            },
            StatusState.FellBack => Notice(status, Page(status, PageIcon.Return, PageTone.Attention, texts[TextKey.FellBackTitle, status.Running]) with
            {
                Body = status.Message is { Sentence.Length: > 0 } ? null : texts[TextKey.FellBackBody],
            }),
            StatusState.Refused => Challenge(status, Refused(status)),
            StatusState.Taken => Notice(status, Page(status, PageIcon.Key, PageTone.Good, texts[TextKey.TakenTitle])),
            _ => throw new InvalidOperationException($"state {status.State} has no page"),
        };
    }

    // What is to be installed stays on the page, as on the one before; the band says what the person is to do, and how to say no.
    private PageModel Ask(StatusMessage status, StatusAsk ask) => ask switch
    {
        { Kind: AskKind.Button } => Update(status, PageIcon.Button, TextKey.AskTitle) with
        {
            Tone = PageTone.Attention,
            Band = new PageBand(BandKind.NextStep, texts[TextKey.AskButtonBand]),
        },
        { WaitSeconds: > 0 } => Update(status, PageIcon.Clock, TextKey.AskWaitTitle) with
        {
            Tone = PageTone.Attention,
            Band = new PageBand(BandKind.NextStep, texts[TextKey.AskWaitBand, Number(Coarse(ask.WaitSeconds))]),
        },
        _ => Update(status, PageIcon.Keypad, TextKey.AskTitle) with
        {
            Tone = PageTone.Attention,
            Band = new PageBand(BandKind.Pin, ask.Wrong ? texts[TextKey.AskPinWrong, Number(ask.TriesLeft)] : texts[TextKey.AskPinBand]),
            Dots = ask.Digits,
        },
    };

    // Each second at the end, every ten before: a page that is drawn anew each second for a quarter of an hour helps nobody.
    private static int Coarse(int seconds) => seconds <= 10 ? seconds : (seconds + 9) / 10 * 10;

    private PageModel ServiceMode(StatusMessage status) => Page(status, PageIcon.Key, PageTone.Attention, texts[TextKey.ServiceTitle]) with
    {
        Body = texts[TextKey.ServiceBody],
        Band = new PageBand(BandKind.NextStep, status.ServiceMinutes switch
        {
            null => texts[TextKey.ServiceLeave],
            <= 1 => texts[TextKey.ServiceLastMinute],
            { } minutes => texts[TextKey.ServiceMinutes, Number(minutes)],
        }),
    };

    private PageModel Refused(StatusMessage status)
    {
        PageModel page = status.Message?.IsInstalledAlready() == true
            ? Page(status, PageIcon.Tick, PageTone.Good, texts[TextKey.NothingToDoTitle])
            : Page(status, PageIcon.Cross, PageTone.Attention, texts[status.Message?.IsSilent() == true ? TextKey.ServiceRefusedTitle : TextKey.RefusedTitle]);
        return Notice(status, page);
    }

    // What a person reads out to the manufacturer, who makes a permit of it.
    private PageModel Challenge(StatusMessage status, PageModel page) => status.Challenge is not { } challenge ? page : page with
    {
        Qr = challenge,
        NotesTitle = texts[TextKey.ChallengeTitle],
        Notes = string.Join('\n', challenge.Split(' ', 3) is [var action, var device, var nonce] ? [texts.Isolated($"{action} {device}"), texts.Isolated(nonce)] : [texts.Isolated(challenge)]),
    };

    private PageModel Notice(StatusMessage status, PageModel page)
    {
        if (status.Message is not { } notice)
        {
            return page;
        }

        if (!texts.TryNotice(notice, out string? sentence, out string? nextStep))
        {
            (sentence, nextStep) = (texts.Isolated(notice.Sentence), texts.Isolated(notice.NextStep));
        }

        return page with
        {
            Body = page.Body ?? sentence,
            Band = nextStep.Length > 0 ? new PageBand(BandKind.NextStep, nextStep) : null,
            Code = notice.Code.Length > 0 ? texts[TextKey.Code, notice.Code] : null,
        };
    }

    private PageModel Update(StatusMessage status, PageIcon icon, TextKey title) => Page(status, icon, PageTone.Work, texts[title]) with
    {
        From = status.Release is null ? null : texts.Isolated(status.Running),
        To = status.Release is null ? null : texts.Isolated(status.Release.Version),
        Size = status.Release is { Bytes: > 0 } release ? texts[TextKey.SizeMegabytes, Megabytes(release.Bytes)] : null,
        NotesTitle = status.Release is { Notes.Length: > 0 } ? texts[TextKey.NotesTitle] : null,
        Notes = status.Release is { Notes.Length: > 0 } told ? told.Notes : null,
        Percent = status.PhasePercent,
        PercentText = status.PhasePercent is { } percent ? texts[TextKey.Percent, Number(percent)] : null,
        TimeLeft = status.PhasePercent is null or 100 ? null : TimeLeft(status.SecondsLeft),
    };

    private PageModel Stick(StatusMessage status, PageModel page) => page with
    {
        Band = status.CanPull
            ? new PageBand(BandKind.PullStick, texts[TextKey.StickPull])
            : new PageBand(BandKind.LeaveStick, texts[TextKey.StickLeave]),
    };

    private PageModel Page(StatusMessage status, PageIcon icon, PageTone tone, string title) => new()
    {
        Locale = texts.Locale,
        Icon = icon,
        Tone = tone,
        Title = title,
        Product = texts.Isolated(status.Product),
        Running = texts[TextKey.HeaderVersion, status.Running],
        ServiceMode = status.ServiceMode ? texts[TextKey.HeaderServiceMode] : null,
    };

    private string? TimeLeft(int? seconds) => InMinutes(seconds, TextKey.TimeUnderAMinute, TextKey.TimeOneMinute, TextKey.TimeMinutes);

    private string? Takes(int? seconds) => InMinutes(seconds, TextKey.TakesUnderAMinute, TextKey.TakesOneMinute, TextKey.TakesMinutes);

    private string? InMinutes(int? seconds, TextKey under, TextKey one, TextKey more) => seconds switch
    {
        null => null,
        < 60 => texts[under],
        < 90 => texts[one],
        { } many => texts[more, Number((int)Math.Min(9999, (many + 30L) / 60))],
    };

    // Decimal megabytes, as file managers and stick labels count.
    private static string Megabytes(long bytes) => Number((int)Math.Clamp((bytes / 1_000_000) + (bytes % 1_000_000 >= 500_000 ? 1 : 0), 1, 9_999_999));

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
