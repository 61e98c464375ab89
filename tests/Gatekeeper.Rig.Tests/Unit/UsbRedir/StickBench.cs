using Gatekeeper.PortGate;
using Gatekeeper.Rig.UsbRedir;
using Gatekeeper.Stick.Transport;

namespace Gatekeeper.Rig.Tests.Unit.UsbRedir;

/// <summary>An emulated stick of 8 MiB on a table with the product's reader; its bytes are a pattern that names their place.</summary>
internal sealed class StickBench
{
    public const int Size = 8 << 20;

    public StickBench(IStickData? data = null)
    {
        Target = new BulkOnlyTarget(data ?? Pattern(), Time);
        Device = Target.Device();
        Pipe = new DevicePipe(Device, Time);
        Assert.Equal(BulkStatus.Ok, Pipe.Control(0x00, ControlRequest.SetConfiguration, 0, 0, out _, value: 1));
    }

    public ManualTime Time { get; } = new();

    public BulkOnlyTarget Target { get; }

    public ScsiUnit Unit => Target.Unit;

    public UsbDevice Device { get; }

    public DevicePipe Pipe { get; init; }

    public IEnumerable<byte> Opcodes => Target.Commands.Select(c => c.Opcode);

    /// <summary>Bytes in which every 8 say where they are.</summary>
    public static SparseData Pattern(byte salt = 0)
    {
        SparseData data = new(Size);
        byte[] bytes = Expected(0, Size, salt);
        data.Write(0, bytes);
        return data;
    }

    public static byte[] Expected(long offset, int count, byte salt = 0)
    {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++)
        {
            bytes[i] = unchecked((byte)(((offset + i) >> (8 * (int)((offset + i) & 3))) ^ salt));
        }
        return bytes;
    }

    /// <summary>What sysfs shows of a device of this shape that was just plugged, with nothing between the two that changes a byte.</summary>
    public static UsbDeviceSnapshot Snapshot(DeviceShape shape, UsbSpeed speed) => new()
    {
        Name = "2-1",
        BusNumber = 2,
        DeviceNumber = 2,
        Speed = speed,
        Authorized = false,
        ConfigurationValue = 0,
        Descriptors = [.. shape.AllDescriptors()],
        BosDescriptors = [],
        Strings = shape.Strings,
        Interfaces = [],
    };

    public BulkOnlyTransport Transport() => new(Pipe, Time);

    public ScsiReader Open(UsbSpeed speed = UsbSpeed.Super) => ScsiReader.Open(Transport(), Time, speed);

    /// <summary>Opens the stick and checks that these bytes come as they are.</summary>
    public ScsiReader OpenAndCheck(int bytes = 1 << 20, UsbSpeed speed = UsbSpeed.Super)
    {
        ScsiReader reader = CheckAfterwards(bytes, speed);
        Assert.Empty(Target.Violations);
        return reader;
    }

    /// <summary>The same for a stick to which a test did what no host may.</summary>
    public ScsiReader CheckAfterwards(int bytes = 1 << 20, UsbSpeed speed = UsbSpeed.Super)
    {
        ScsiReader reader = Open(speed);
        byte[] read = new byte[bytes];
        reader.Read(3, read);
        Assert.Equal(Expected(3 * 512, bytes), read);
        return reader;
    }
}
