using System.Collections.Immutable;
using Gatekeeper.Release;
using Gatekeeper.Update.Status;

namespace Gatekeeper.Kiosk.Tests;

/// <summary>The statuses that the page tests draw: everyday ones, and the longest that the protocol allows.</summary>
internal static class Pages
{
    internal static readonly ImmutableArray<(int Width, int Height)> Screens = [(800, 480), (1280, 800), (1080, 1920)];

    internal static readonly StatusRelease Release2 = new("PM200", "2.0.0",
        "Alarm limits are kept after a restart.\nThe battery gauge no longer jumps when the charger is plugged in.\nFaster start.", 137_600_000);

    private static readonly StatusMessage Calm = new() { State = StatusState.Idle, Product = "PM200", Running = "1.0.0", Set = "a" };

    internal static IEnumerable<(string Name, StatusMessage Status)> Everyday()
    {
        yield return ("found", Calm with { State = StatusState.Found, Release = Release2, SecondsLeft = 140 });
        yield return ("ask-button", Calm with { State = StatusState.Found, Release = Release2, Ask = new StatusAsk(AskKind.Button, 0, 120, false, 0, 0) });
        yield return ("ask-pin", Calm with { State = StatusState.Found, Release = Release2, Ask = new StatusAsk(AskKind.Pin, 0, 120, false, 3, 0) });
        yield return ("ask-pin-digits", Calm with { State = StatusState.Found, Release = Release2, Ask = new StatusAsk(AskKind.Pin, Limits.MaxPinDigits, 119, false, 3, 0) });
        yield return ("ask-pin-wrong", Calm with { State = StatusState.Found, Release = Release2, Ask = new StatusAsk(AskKind.Pin, 0, 120, true, 2, 0) });
        yield return ("ask-wait", Calm with { State = StatusState.Found, Release = Release2, Ask = new StatusAsk(AskKind.Pin, 0, 120, false, 1, 900) });
        yield return ("copying", Calm with { State = StatusState.Copying, Release = Release2, PhasePercent = 42, SecondsLeft = 130 });
        yield return ("copying-pull", Calm with { State = StatusState.Copying, Release = Release2, PhasePercent = 100, SecondsLeft = 0, CanPull = true });
        yield return ("checking", Calm with { State = StatusState.Checking, Release = Release2, PhasePercent = 7, SecondsLeft = 20, CanPull = true });
        yield return ("installing", Calm with { State = StatusState.Installing, Release = Release2, PhasePercent = 66, SecondsLeft = 75, CanPull = true });
        yield return ("installing-start", Calm with { State = StatusState.Installing, Release = Release2, PhasePercent = 0 });
        yield return ("restarting", Calm with { State = StatusState.Restarting, Release = Release2, CanPull = true });
        yield return ("self-test", Calm with { State = StatusState.SelfTest, Running = "2.0.0", Trial = true });
        yield return ("done", Calm with { State = StatusState.Done, Running = "2.0.0", CanPull = true });
        yield return ("fell-back", Calm with { State = StatusState.FellBack, Message = Notice(Refusal.HealthFailed) });
        yield return ("refused-product", Calm with { State = StatusState.Refused, Message = Notice(Refusal.OtherProduct) });
        yield return ("refused-damaged", Calm with { State = StatusState.Refused, Message = Notice(Refusal.FileDamaged), ServiceMode = true });
        yield return ("service-mode", Calm with { ServiceMode = true, ServiceMinutes = 15 });
        yield return ("service-mode-refusal", Calm with { State = StatusState.Refused, Message = Notice(Refusal.NoFileSystem), ServiceMode = true, ServiceMinutes = 14 });
        yield return ("service-challenge", Calm with { State = StatusState.Refused, Message = Notice(Refusal.TooOld), ServiceMode = true, ServiceMinutes = 14, Challenge = "downgrade SN-0001 0123-4567-89AB-CDEF-GHJK" });
        yield return ("taken", Calm with { State = StatusState.Taken, Message = Notice(Taken.Approval), CanPull = true });
        yield return ("installed-already", Calm with { State = StatusState.Refused, Running = "2.0.0", Message = Notice(Refusal.InstalledAlready) });
    }

    /// <summary>A page for every code that can be told, in service mode, where all of them can.</summary>
    internal static IEnumerable<(string Name, StatusMessage Status)> EveryCode()
    {
        foreach (StatusNotice notice in Enum.GetValues<Refusal>().Select(Notice))
        {
            yield return (notice.Code, Calm with { State = StatusState.Refused, Message = notice, ServiceMode = true, ServiceMinutes = 14, CanPull = true });
        }

        foreach (StatusNotice notice in Enum.GetValues<Taken>().Select(Notice))
        {
            yield return (notice.Code, Calm with { State = StatusState.Taken, Message = notice, CanPull = true });
        }
    }

    /// <summary>Each drawn state with the longest texts, in a few shapes of text.</summary>
    internal static IEnumerable<(string Name, StatusMessage Status)> Longest()
    {
        (string Name, Func<int, string> Make)[] fills =
        [
            ("words", n => Repeat("Ventilation monitoring ", n)),
            ("one-word", n => new string('W', n)),
            ("lines", n => Repeat("W\n", n)),
            ("tall", n => Repeat("\u0e1b\u0e35\u0e48\u0e17\u0e35\u0e48 \u0644\u0644\u064e\u0651\u0647 ", n)),
            ("marks", n => Repeat("e\u0301\u0302\u0303\u0304\u0323\u0324", n)),
        ];
        foreach ((string name, Func<int, string> make) in fills)
        {
            string line = make(Limits.MaxNameChars).Replace('\n', ' ');
            string sentence = make(Limits.MaxStatusSentenceChars).Replace('\n', ' ');
            foreach (StatusState state in Enum.GetValues<StatusState>().Except([StatusState.Idle, StatusState.Waiting]))
            {
                yield return ($"longest-{name}-{state}", Longest(state));
            }

            foreach (StatusAsk ask in new[] { new StatusAsk(AskKind.Button, 0, 600, false, 0, 0), new StatusAsk(AskKind.Pin, Limits.MaxPinDigits, 600, true, 3, 0), new StatusAsk(AskKind.Pin, 0, 600, false, 3, 900) })
            {
                yield return ($"longest-{name}-{ask}", Longest(StatusState.Found) with { Ask = ask });
            }

            StatusMessage Longest(StatusState state) => new()
            {
                State = state,
                PhasePercent = 100,
                SecondsLeft = int.MaxValue,
                CanPull = true,
                Product = line,
                Running = "65535.65535.65535",
                Release = new StatusRelease(line, "65535.65535.65535", make(Limits.MaxNotesChars), long.MaxValue),
                Message = new StatusNotice(make(Limits.MaxStatusCodeChars).Replace('\n', ' '), sentence, sentence),
                ServiceMode = true,
            };
        }
    }

    private static string Repeat(string text, int length) => string.Concat(Enumerable.Repeat(text, (length / text.Length) + 1))[..length];

    // What the service says itself is English; a page shows it only for a code it does not know.
    private static StatusNotice Notice(Refusal refusal) => new(RefusalCatalogue.Of(refusal).Code, "English.", "English.")
    {
        Facts = new StatusFacts { ReleaseProduct = "PM300", ReleaseVersion = "2.0.0", DeviceProduct = "PM200", DeviceHardware = "PM200-C", RunningVersion = "1.0.0" },
    };

    private static StatusNotice Notice(Taken taken) => new(TakenCatalogue.Of(taken).Code, "English.", "English.");
}
