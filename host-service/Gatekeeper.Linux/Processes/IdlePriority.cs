namespace Gatekeeper.Linux.Processes;

/// <summary>Priorities of one thread; on Linux both belong to a thread and not to its process (sched(7), ioprio_set(2)).</summary>
public static class IdlePriority
{
    private const int PRIO_PROCESS = 0;
    private const int IOPRIO_WHO_PROCESS = 1;
    private const int IOPRIO_CLASS_IDLE = 3;
    private const int IOPRIO_CLASS_SHIFT = 13;
    private const int LowestNice = 19;

    /// <summary>
    /// The calling thread gets processor and disk when nobody else wants them. A scheduler of the disk that knows no classes (<c>none</c>)
    /// ignores the second: the caller has to bound its rate itself.
    /// </summary>
    /// <exception cref="IOException">The kernel does not allow it.</exception>
    public static void Take()
    {
        LinuxException.Check((int)Libc.Syscall(SystemCalls.SetPriority, PRIO_PROCESS, 0, LowestNice, 0), "setpriority");
        LinuxException.Check((int)Libc.Syscall(SystemCalls.IoPrioSet, IOPRIO_WHO_PROCESS, 0, IOPRIO_CLASS_IDLE << IOPRIO_CLASS_SHIFT, 0), "ioprio_set");
    }
}
