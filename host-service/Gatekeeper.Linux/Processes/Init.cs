namespace Gatekeeper.Linux.Processes;

/// <summary>Process 1.</summary>
public static class Init
{
    private const int SIGINT = 2;

    /// <summary>Asks for an orderly restart of the machine. SIGINT is our init's word for it, and systemd's (ctrl-alt-del).</summary>
    /// <exception cref="LinuxException">We may not.</exception>
    public static void RequestRestart() => LinuxException.Check(Libc.Kill(1, SIGINT), "kill");
}
