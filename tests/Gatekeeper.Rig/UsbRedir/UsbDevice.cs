namespace Gatekeeper.Rig.UsbRedir;

/// <summary>Stands in for, changes or delays the answer to a control request.</summary>
/// <param name="request">The request.</param>
/// <param name="honest">The device's own answer, when wanted; call it at most once.</param>
/// <param name="cancelled">Set when the host gives the request up.</param>
public delegate ValueTask<UsbAnswer> ControlHook(ControlRequest request, Func<ValueTask<UsbAnswer>> honest, CancellationToken cancelled);

/// <summary>A bulk or interrupt transfer.</summary>
/// <param name="Number">From 1, over all endpoints.</param>
/// <param name="Endpoint">bEndpointAddress.</param>
/// <param name="Length">Bytes asked for or sent.</param>
/// <param name="Data">What was sent; empty for one to the host.</param>
public sealed record UsbTransfer(int Number, byte Endpoint, int Length, ReadOnlyMemory<byte> Data);

/// <summary>Stands in for, changes or delays the answer to a transfer; see <see cref="ControlHook"/>.</summary>
public delegate ValueTask<UsbAnswer> TransferHook(UsbTransfer transfer, Func<ValueTask<UsbAnswer>> honest, CancellationToken cancelled);

/// <summary>
/// A USB device: its shape, the state that USB 2.0 chapter 9 gives it, and its functions. Honest unless a hook says otherwise. It knows no
/// wire: <see cref="RedirPeer"/> puts it into a guest, a test can call it directly.
/// </summary>
public sealed partial class UsbDevice
{
    private readonly Lock gate = new();
    private readonly List<ControlRequest> controls = [];
    private readonly Dictionary<byte, byte> alternates = [];
    private readonly HashSet<byte> halted = [];
    private ConfigurationShape? configuration;
    private int transfers;
    private int resets;

    /// <summary>A device of this shape, not configured.</summary>
    public UsbDevice(DeviceShape shape) => Shape = shape;

    /// <summary>What it says it is.</summary>
    public DeviceShape Shape { get; }

    /// <summary>Asked before every answer to a control request.</summary>
    public ControlHook? OnControl { get; set; }

    /// <summary>Asked before every answer to a bulk or interrupt transfer, halted endpoints apart.</summary>
    public TransferHook? OnTransfer { get; set; }

    /// <summary>What is plugged into the same port when this one pulls itself out, and after how long; null is nothing. QEMU waits 200 ms at least.</summary>
    public (UsbDevice Device, TimeSpan After)? Then { get; set; }

    /// <summary>Every control request so far, in order.</summary>
    public IReadOnlyList<ControlRequest> Controls
    {
        get
        {
            lock (gate)
            {
                return [.. controls];
            }
        }
    }

    /// <summary>Bulk and interrupt transfers so far that the host began: 0 means that nothing but enumeration was on the bus.</summary>
    public int Transfers => Volatile.Read(ref transfers);

    /// <summary>Bus resets so far.</summary>
    public int Resets => Volatile.Read(ref resets);

    /// <summary>Value of the active configuration; 0 before one is set.</summary>
    public int Configuration => configuration?.Value ?? 0;

    /// <summary>The active alternate setting of each interface; before a configuration is set, those the first one would have.</summary>
    public IReadOnlyList<InterfaceShape> Active
    {
        get
        {
            lock (gate)
            {
                ConfigurationShape? shown = configuration ?? (Shape.Configurations.Count > 0 ? Shape.Configurations[0] : null);
                return shown is null ? [] : [.. shown.Interfaces.Where(i => i.Alternate == alternates.GetValueOrDefault(i.Number))];
            }
        }
    }

    /// <summary>Everything that stands behind its interfaces, each once.</summary>
    public IEnumerable<IUsbFunction> Functions
        => Shape.Configurations.SelectMany(c => c.Interfaces).Select(i => i.Function).OfType<IUsbFunction>().Distinct();

    /// <summary>Answers a control request.</summary>
    public ValueTask<UsbAnswer> ControlAsync(ControlRequest request, CancellationToken cancelled)
    {
        lock (gate)
        {
            controls.Add(request);
        }
        ValueTask<UsbAnswer> Honest() => ValueTask.FromResult(Answer(request));
        return OnControl is null ? Honest() : OnControl(request, Honest, cancelled);
    }

    /// <summary>Answers a transfer from the host.</summary>
    public ValueTask<UsbAnswer> OutAsync(byte endpoint, ReadOnlyMemory<byte> data, CancellationToken cancelled)
        => TransferAsync(endpoint, data.Length, data, function => function.OutAsync(endpoint, data, cancelled), cancelled);

    /// <summary>Answers a transfer to the host.</summary>
    public ValueTask<UsbAnswer> InAsync(byte endpoint, int length, CancellationToken cancelled)
        => TransferAsync(endpoint, length, default, function => function.InAsync(endpoint, length, cancelled), cancelled);

    /// <summary>A bus reset: not configured, nothing halted, nothing under way.</summary>
    public void Reset()
    {
        Interlocked.Increment(ref resets);
        lock (gate)
        {
            configuration = null;
        }
        Forget();
    }

    /// <summary>Forgets what is under way, in every function.</summary>
    public void Forget()
    {
        lock (gate)
        {
            alternates.Clear();
            halted.Clear();
        }
        foreach (IUsbFunction function in Functions)
        {
            function.Reset();
        }
    }

    private async ValueTask<UsbAnswer> TransferAsync(
        byte endpoint, int length, ReadOnlyMemory<byte> data, Func<IUsbFunction, ValueTask<UsbAnswer>> ask, CancellationToken cancelled)
    {
        UsbTransfer transfer = new(Interlocked.Increment(ref transfers), endpoint, length, data);
        lock (gate)
        {
            if (halted.Contains(endpoint))
            {
                return UsbAnswer.Stall;
            }
        }
        IUsbFunction? function = configuration is null ? null : Active.FirstOrDefault(i => i.Endpoints.Any(e => e.Address == endpoint))?.Function;
        ValueTask<UsbAnswer> Honest() => function is null ? ValueTask.FromResult(UsbAnswer.Stall) : ask(function);
        UsbAnswer answer = await (OnTransfer is null ? Honest() : OnTransfer(transfer, Honest, cancelled));
        if (answer.Status == UsbStatus.Stall)
        {
            // USB 2.0 §5.8.5: a halted bulk endpoint stays so until the host clears it.
            lock (gate)
            {
                halted.Add(endpoint);
            }
        }
        return answer;
    }
}
