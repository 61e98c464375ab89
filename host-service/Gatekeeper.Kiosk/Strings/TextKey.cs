namespace Gatekeeper.Kiosk.Strings;

/// <summary>
/// Every text the kiosk itself adds to what the status says, with the placeholders its translation must hold.
/// A language is one JSON file beside this one, which also has the words for every code of the catalogues; a test compares each file
/// with this list and with them.
/// </summary>
internal sealed record TextKey(string Name, params string[] Placeholders)
{
    internal static readonly TextKey HeaderVersion = new("header.version", "version");
    internal static readonly TextKey HeaderServiceMode = new("header.service_mode");
    internal static readonly TextKey FoundTitle = new("found.title");
    internal static readonly TextKey AskTitle = new("ask.title");
    internal static readonly TextKey AskButtonBand = new("ask.button.band");
    internal static readonly TextKey AskPinBand = new("ask.pin.band");
    internal static readonly TextKey AskPinWrong = new("ask.pin.wrong", "tries");
    internal static readonly TextKey AskWaitTitle = new("ask.wait.title");
    internal static readonly TextKey AskWaitBand = new("ask.wait.band", "seconds");
    internal static readonly TextKey CopyingTitle = new("copying.title");
    internal static readonly TextKey CheckingTitle = new("checking.title");
    internal static readonly TextKey InstallingTitle = new("installing.title");
    internal static readonly TextKey InstallingBody = new("installing.body", "running");
    internal static readonly TextKey RestartingTitle = new("restarting.title");
    internal static readonly TextKey RestartingBody = new("restarting.body");
    internal static readonly TextKey SelfTestTitle = new("self_test.title");
    internal static readonly TextKey SelfTestBody = new("self_test.body");
    internal static readonly TextKey DoneTitle = new("done.title");
    internal static readonly TextKey DoneBody = new("done.body", "product", "running");
    internal static readonly TextKey FellBackTitle = new("fell_back.title", "running");
    internal static readonly TextKey FellBackBody = new("fell_back.body");
    internal static readonly TextKey RefusedTitle = new("refused.title");
    internal static readonly TextKey NothingToDoTitle = new("nothing_to_do.title");
    internal static readonly TextKey ChallengeTitle = new("challenge.title");
    internal static readonly TextKey TakenTitle = new("taken.title");
    internal static readonly TextKey ServiceTitle = new("service.title");
    internal static readonly TextKey ServiceRefusedTitle = new("service.refused.title");
    internal static readonly TextKey ServiceBody = new("service.body");
    internal static readonly TextKey ServiceLeave = new("service.leave");
    internal static readonly TextKey ServiceLastMinute = new("service.last_minute");
    internal static readonly TextKey ServiceMinutes = new("service.minutes", "minutes");
    internal static readonly TextKey NotesTitle = new("notes.title");
    internal static readonly TextKey SizeMegabytes = new("size.megabytes", "size");
    internal static readonly TextKey Percent = new("percent", "percent");
    internal static readonly TextKey TimeUnderAMinute = new("time.under_a_minute");
    internal static readonly TextKey TimeOneMinute = new("time.one_minute");
    internal static readonly TextKey TimeMinutes = new("time.minutes", "minutes");
    internal static readonly TextKey TakesUnderAMinute = new("takes.under_a_minute");
    internal static readonly TextKey TakesOneMinute = new("takes.one_minute");
    internal static readonly TextKey TakesMinutes = new("takes.minutes", "minutes");
    internal static readonly TextKey StickLeave = new("stick.leave");
    internal static readonly TextKey StickPull = new("stick.pull");
    internal static readonly TextKey Code = new("code", "code");
    internal static readonly TextKey Unknown = new("unknown");
}
