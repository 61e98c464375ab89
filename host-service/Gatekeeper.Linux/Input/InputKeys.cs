namespace Gatekeeper.Linux.Input;

/// <summary>
/// Keys of devices that are named by where they are connected: those built into the machine, through evdev (Documentation/input/input.rst),
/// and a USB keypad at a named port, through hidraw. A keyboard that somebody plugs in elsewhere is never one of them. Not for use by two threads.
/// </summary>
/// <param name="wanted">Names as in <see cref="KeyPress.Device"/>.</param>
/// <param name="folders">Where sysfs and devtmpfs have them.</param>
public sealed class InputKeys(IReadOnlySet<string> wanted, InputFolders? folders = null) : IDisposable
{
    /// <summary>What the name of a keypad's place begins with: a USB port follows, as sysfs names it.</summary>
    public const string UsbPort = "usb-port/";

    private const int MaxDevices = 8;
    private readonly InputFolders folders = folders ?? new InputFolders();
    private readonly List<Source> sources = [];

    /// <summary>Names of the wanted devices that are open now.</summary>
    public IEnumerable<string> Open => sources.Select(s => s.Device);

    /// <summary>Opens what is there and not open yet. Called now and then: a keyboard controller may be slow.</summary>
    public void Scan()
    {
        foreach ((string node, string device) in InputClass.Events(folders.InputClass))
        {
            Add(node, device, folders.InputNodes, () => new EventDecoder());
        }

        foreach ((string node, string device) in HidrawClass.All(folders.HidrawClass))
        {
            Add(node, device, folders.HidrawNodes, () => HidrawClass.Layout(folders.HidrawClass, node) is { } layout ? new HidDecoder(layout) : null);
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

    private void Add(string node, string device, string nodes, Func<IKeyDecoder?> decoder)
    {
        if (sources.Count < MaxDevices && !sources.Exists(s => s.Node == node) && wanted.Contains(device) && decoder() is { } known && TryOpen(Path.Combine(nodes, node)) is { } stream)
        {
            sources.Add(new Source(node, device, stream, known));
        }
    }

    // A node that vanished between listing and opening is opened by the next scan, or not at all.
    private static FileStream? TryOpen(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private sealed record Source(string Node, string Device, FileStream Stream, IKeyDecoder Decoder)
    {
        // False: the device is gone.
        public bool Read(List<KeyPress> pressed, ref bool lost)
        {
            byte[] bytes = new byte[Decoder.ReadBytes];
            int got;
            try
            {
                got = Stream.Read(bytes);
            }
            catch (IOException)
            {
                got = 0;
            }

            if (got == 0)
            {
                lost = true;
                return false;
            }

            Decoder.Decode(bytes.AsSpan(0, got), Device, pressed, ref lost);
            return true;
        }
    }
}
