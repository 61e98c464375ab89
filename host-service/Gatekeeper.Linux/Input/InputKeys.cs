using System.Runtime.InteropServices;

namespace Gatekeeper.Linux.Input;

/// <summary>
/// The keys that are built into the machine, through evdev (Documentation/input/input.rst). Devices are named by where they are
/// connected, so a keyboard that somebody plugs in is never one of them. Not for use by two threads.
/// </summary>
/// <param name="wanted">Names as in <see cref="KeyPress.Device"/>.</param>
/// <param name="classFolder">Where sysfs lists input devices.</param>
/// <param name="nodeFolder">Where their nodes are.</param>
public sealed class InputKeys(IReadOnlySet<string> wanted, string classFolder = InputClass.Folder, string nodeFolder = InputClass.Nodes) : IDisposable
{
    private const int MaxDevices = 8;
    private readonly List<Source> sources = [];

    /// <summary>Names of the wanted devices that are open now.</summary>
    public IEnumerable<string> Open => sources.Select(s => s.Device);

    /// <summary>Opens what is there and not open yet. Called now and then: a keyboard controller may be slow.</summary>
    public void Scan()
    {
        foreach ((string node, string device) in InputClass.Events(classFolder))
        {
            if (sources.Count < MaxDevices && !sources.Exists(s => s.Node == node) && wanted.Contains(device) && TryOpen(node) is { } stream)
            {
                sources.Add(new Source(node, device, stream));
            }
        }
    }

    /// <summary>Waits for keys.</summary>
    /// <param name="timeoutMilliseconds">0 or more.</param>
    /// <param name="lost">True when a device is gone or the kernel dropped events: whatever was held down is not known any more.</param>
    /// <returns>What happened, in order; empty when nothing did.</returns>
    public IReadOnlyList<KeyPress> Wait(int timeoutMilliseconds, out bool lost)
    {
        lost = false;
        if (sources.Count == 0)
        {
            Thread.Sleep(timeoutMilliseconds);
            return [];
        }

        List<KeyPress> pressed = [];
        foreach (Source source in Ready(timeoutMilliseconds))
        {
            if (!source.Read(pressed, ref lost))
            {
                sources.Remove(source);
                source.Stream.Dispose();
            }
        }

        return pressed;
    }

    /// <inheritdoc/>
    public void Dispose() => sources.ForEach(s => s.Stream.Dispose());

    private unsafe List<Source> Ready(int timeoutMilliseconds)
    {
        Span<PollFd> fds = stackalloc PollFd[sources.Count];
        for (int i = 0; i < fds.Length; i++)
        {
            fds[i] = new PollFd { Fd = (int)sources[i].Stream.SafeFileHandle.DangerousGetHandle(), Events = PollFd.POLLIN };
        }

        int count;
        fixed (PollFd* first = fds)
        {
            count = Libc.Poll(first, (nuint)fds.Length, timeoutMilliseconds);
        }

        // Interrupted by a signal counts as nothing happened: the caller comes again.
        List<Source> ready = [];
        for (int i = 0; count > 0 && i < fds.Length; i++)
        {
            if (fds[i].Revents != 0)
            {
                ready.Add(sources[i]);
            }
        }

        return ready;
    }

    // A node that vanished between listing and opening is opened by the next scan, or not at all.
    private FileStream? TryOpen(string name)
    {
        try
        {
            return new FileStream(Path.Combine(nodeFolder, name), FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private sealed record Source(string Node, string Device, FileStream Stream)
    {
        private const int MaxEvents = 64;

        // False: the device is gone.
        public bool Read(List<KeyPress> pressed, ref bool lost)
        {
            InputEvent[] events = new InputEvent[MaxEvents];
            int got;
            try
            {
                got = Stream.Read(MemoryMarshal.AsBytes(events.AsSpan()));
            }
            catch (IOException)
            {
                got = 0;
            }

            int count = got / Marshal.SizeOf<InputEvent>();
            foreach (InputEvent one in events.AsSpan(0, count))
            {
                lost |= one is { Type: InputEvent.EV_SYN, Code: InputEvent.SYN_DROPPED };
                if (one.Type == InputEvent.EV_KEY && one.Value is (0 or 1))
                {
                    pressed.Add(new KeyPress(Device, one.Code, one.Value == 1));
                }
            }

            lost |= count == 0;
            return count > 0;
        }
    }
}
