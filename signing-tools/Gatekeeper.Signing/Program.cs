using System.Reflection;
using Gatekeeper.Signing;

// The process boundary: what nobody foresaw ends here, with exit code 1 and what to report, never with a half-explained stack.
ToolConsole console = ToolConsole.System();
try
{
    return Tool.Run(args, console);
}
catch (Exception e)
{
    console.Error.WriteLine($"error: a mistake in gatekeeper-sign itself: {e.GetType().Name}: {e.Message}");
    console.Error.WriteLine($"hint: report it with the command line and version {Assembly.GetExecutingAssembly().GetName().Version}");
    if (console.Environment("GATEKEEPER_TRACE") is not null)
    {
        console.Error.WriteLine(e.StackTrace);
    }

    return (int)ExitCode.Internal;
}
