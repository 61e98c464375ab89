using Spectre.Console;

namespace Gatekeeper.Signing;

/// <summary>A bar on standard error for work that takes a while; nothing at all where standard error is no terminal.</summary>
internal static class Progress
{
    /// <summary>Runs <paramref name="work"/> and hands it a place to tell how many bytes are done.</summary>
    /// <param name="console">The console.</param>
    /// <param name="title">What is done, for example <c>hashing</c>.</param>
    /// <param name="bytes">All bytes there are to do.</param>
    /// <param name="work">The work.</param>
    internal static void Show(ToolConsole console, string title, long bytes, Action<Action<long>> work)
    {
        if (!console.ShowProgress)
        {
            work(_ => { });
            return;
        }

        IAnsiConsole terminal = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(console.Error) });
        terminal.Progress().AutoClear(true).Start(context =>
        {
            ProgressTask task = context.AddTask(Markup.Escape(title), maxValue: Math.Max(1, bytes));
            work(done => task.Increment(done));
        });
    }
}
