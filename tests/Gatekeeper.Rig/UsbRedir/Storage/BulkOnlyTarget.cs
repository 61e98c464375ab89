using System.Buffers.Binary;

namespace Gatekeeper.Rig.UsbRedir;

/// <summary>
/// A stick's side of the USB Mass Storage Class Bulk-Only Transport 1.0 over one or more <see cref="ScsiUnit"/>s. It notes every command
/// with its time, and what the host does against the transport's rules.
/// <code>command wrapper (31, out) → data (in, several transfers) → status wrapper (13, in)</code>
/// </summary>
public sealed partial class BulkOnlyTarget : IUsbFunction
{
    private const uint CommandSignature = 0x43425355; // "USBC"
    private const uint StatusSignature = 0x53425355; // "USBS"
    private const int CommandBytes = 31;
    private const byte ClassReset = 0xFF;
    private const byte GetMaxLun = 0xFE;

    private readonly Lock gate = new();
    private readonly List<SeenCommand> commands = [];
    private readonly List<string> violations = [];
    private long dataOutLeft;
    private bool mustReset;

    /// <summary>A stick with one unit.</summary>
    public BulkOnlyTarget(IStickData data, TimeProvider? time = null) : this(new ScsiUnit(data, time))
    {
    }

    /// <summary>A stick with several units, numbered from 0.</summary>
    public BulkOnlyTarget(params IReadOnlyList<ScsiUnit> units)
    {
        Units = units;
        MaxLun = checked((byte)(units.Count - 1));
    }

    /// <summary>Its logical units.</summary>
    public IReadOnlyList<ScsiUnit> Units { get; }

    /// <summary>Unit 0.</summary>
    public ScsiUnit Unit => Units[0];

    /// <summary>Changes the answer to a command; see <see cref="ScsiAnswer"/>. Called when the command has come, before anything is sent.</summary>
    public Func<SeenCommand, ScsiAnswer, ScsiAnswer>? OnCommand { get; set; }

    /// <summary>Get Max LUN: null stalls, as a stick with one unit may (BOT 1.0 §3.2).</summary>
    public byte? MaxLun { get; set; }

    /// <summary>Every command so far, in order.</summary>
    public IReadOnlyList<SeenCommand> Commands
    {
        get
        {
            lock (gate)
            {
                return [.. commands];
            }
        }
    }

    /// <summary>What the host did against BOT 1.0: a command while one was under way, a wrapper that is none, a write. Empty behind a correct host.</summary>
    public IReadOnlyList<string> Violations
    {
        get
        {
            lock (gate)
            {
                return [.. violations];
            }
        }
    }

    /// <summary>Bulk-Only Mass Storage Resets so far.</summary>
    public int ClassResets { get; private set; }

    /// <inheritdoc/>
    public UsbAnswer? Control(ControlRequest request)
    {
        switch (request.RequestType, request.Request)
        {
            case (0xA1, GetMaxLun):
                return MaxLun is { } max ? UsbAnswer.Ok(new[] { max }) : null;
            case (0x21, ClassReset):
                ClassResets++;
                Reset();
                return UsbAnswer.Ok();
            default:
                return null;
        }
    }

    /// <inheritdoc/>
    public ValueTask<UsbAnswer> OutAsync(byte endpoint, ReadOnlyMemory<byte> data, CancellationToken cancelled)
    {
        lock (gate)
        {
            if (dataOutLeft > 0 && !mustReset)
            {
                dataOutLeft -= Math.Min(dataOutLeft, data.Length);
                return ValueTask.FromResult(UsbAnswer.Ok()); // what was to be written goes nowhere
            }
            if (mustReset || ReadCommand(data.Span) is not { } command)
            {
                // BOT 1.0 §6.6.1: both pipes stall until reset recovery.
                mustReset = true;
                Wake();
                return ValueTask.FromResult(UsbAnswer.Stall);
            }
            uint tag = BinaryPrimitives.ReadUInt32LittleEndian(data.Span[4..]);
            return ValueTask.FromResult(Begin(command, tag) ? UsbAnswer.Ok() : UsbAnswer.Gone);
        }
    }

    /// <inheritdoc/>
    public void Reset()
    {
        lock (gate)
        {
            queue.Clear();
            dataOutLeft = 0;
            mustReset = false;
            Wake();
        }
    }

    // BOT 1.0 §6.2: valid is 31 bytes at the right moment with the right signature; meaningful has no reserved bits and a known LUN and length.
    private SeenCommand? ReadCommand(ReadOnlySpan<byte> wrapper)
    {
        if (wrapper.Length != CommandBytes || BinaryPrimitives.ReadUInt32LittleEndian(wrapper) != CommandSignature)
        {
            violations.Add($"a command wrapper of {wrapper.Length} bytes, or without its signature");
            return null;
        }
        int length = wrapper[14];
        if (length is 0 or > 16 || (wrapper[12] & 0x7F) != 0 || wrapper[13] > 15)
        {
            violations.Add($"a command wrapper without meaning: {Convert.ToHexStringLower(wrapper)}");
            return null;
        }
        SeenCommand command = new(
            commands.Count + 1, DateTimeOffset.UtcNow, wrapper[13], wrapper.Slice(15, length).ToArray(),
            BinaryPrimitives.ReadUInt32LittleEndian(wrapper[8..]), (wrapper[12] & 0x80) != 0);
        commands.Add(command);
        if (queue.Count > 0)
        {
            violations.Add($"a command before the end of the one before: {command}");
            queue.Clear();
        }
        return command;
    }

    // Carries a command out and queues what the host is to fetch. False: the stick is gone.
    private bool Begin(SeenCommand command, uint tag)
    {
        ScsiUnit? unit = command.Lun < Units.Count ? Units[command.Lun] : null;
        ScsiAnswer answer = unit?.Execute(command) ?? ScsiUnit.Absent(command);
        answer = OnCommand?.Invoke(command, answer) ?? answer;
        if (command.Opcode != 0x03)
        {
            unit?.Remember(answer.Sense);
        }
        if (answer.Detach)
        {
            return false;
        }
        if (command is { FromStick: false, DataLength: > 0 })
        {
            violations.Add($"data for the stick: {command}");
            dataOutLeft = command.DataLength;
        }
        Enqueue(command, tag, answer);
        Wake();
        return true;
    }
}
