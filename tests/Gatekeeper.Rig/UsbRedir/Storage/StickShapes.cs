namespace Gatekeeper.Rig.UsbRedir;

/// <summary>The alternate settings in which sticks come.</summary>
public enum StickInterface
{
    /// <summary>One setting, 08/06/50.</summary>
    BulkOnly,

    /// <summary>Setting 0 is 08/06/50, setting 1 is 08/06/62: what current drives with USB Attached SCSI have.</summary>
    UasSecond,

    /// <summary>Setting 0 is 08/06/62, setting 1 is 08/06/50.</summary>
    UasFirst,

    /// <summary>08/06/62 alone.</summary>
    UasOnly,
}

/// <summary>Shapes and whole devices made of a stick.</summary>
public static class StickShapes
{
    /// <summary>About what full speed gives a stick: 19 packets of 64 bytes a frame at most (USB 2.0 table 5-9), less the protocol's own.</summary>
    public const long FullSpeedBytesPerSecond = 1_000_000;

    private const byte MassStorage = 0x08;
    private const byte Scsi = 0x06;
    private const byte BulkOnly = 0x50;
    private const byte Attached = 0x62;

    /// <summary>A stick and nothing else. At full speed it is slowed down to what that speed gives, unless it has a limit already.</summary>
    /// <param name="target">The stick.</param>
    /// <param name="speed">Bus speed.</param>
    /// <param name="settings">Its alternate settings; only 08/06/50 works, the other is said and stalls.</param>
    public static UsbDevice Device(this BulkOnlyTarget target, BusSpeed speed = BusSpeed.Super, StickInterface settings = StickInterface.BulkOnly)
        => new(target.Shape(speed, settings));

    /// <summary>The shape of <see cref="Device"/>, to change with <c>with</c>.</summary>
    public static DeviceShape Shape(this BulkOnlyTarget target, BusSpeed speed = BusSpeed.Super, StickInterface settings = StickInterface.BulkOnly)
    {
        if (speed == BusSpeed.Full)
        {
            target.BytesPerSecond ??= FullSpeedBytesPerSecond;
        }
        return new DeviceShape { Speed = speed, Configurations = [new ConfigurationShape { Interfaces = target.Interfaces(settings) }] };
    }

    /// <summary>A stick that is a keyboard too: interface 0 and 1 of one configuration.</summary>
    public static UsbDevice WithKeyboard(this BulkOnlyTarget target, KeyboardFunction keyboard, BusSpeed speed = BusSpeed.Super)
    {
        DeviceShape stick = target.Shape(speed);
        return new UsbDevice(stick with { Configurations = [new ConfigurationShape { Interfaces = [.. target.Interfaces(), keyboard.Interface(1)] }] });
    }

    /// <summary>The interface, setting by setting.</summary>
    public static IReadOnlyList<InterfaceShape> Interfaces(this BulkOnlyTarget target, StickInterface settings = StickInterface.BulkOnly, byte number = 0) => settings switch
    {
        StickInterface.UasSecond => [BulkOnlySetting(target, number, 0), AttachedSetting(number, 1)],
        StickInterface.UasFirst => [AttachedSetting(number, 0), BulkOnlySetting(target, number, 1)],
        StickInterface.UasOnly => [AttachedSetting(number, 0)],
        _ => [BulkOnlySetting(target, number, 0)],
    };

    private static InterfaceShape BulkOnlySetting(BulkOnlyTarget target, byte number, byte alternate) => new()
    {
        Number = number,
        Alternate = alternate,
        Class = MassStorage,
        Subclass = Scsi,
        Protocol = BulkOnly,
        Endpoints = [new EndpointShape(0x81, EndpointType.Bulk), new EndpointShape(0x02, EndpointType.Bulk)],
        Function = target,
    };

    // UAS (INCITS 471) §5.3.3.5: each pipe says what it is, by a descriptor of type 24h; 1 command, 2 status, 3 data in, 4 data out.
    private static InterfaceShape AttachedSetting(byte number, byte alternate) => new()
    {
        Number = number,
        Alternate = alternate,
        Class = MassStorage,
        Subclass = Scsi,
        Protocol = Attached,
        Endpoints = [Pipe(0x04, 1, streams: 0), Pipe(0x83, 2), Pipe(0x81, 3), Pipe(0x02, 4)],
    };

    private static EndpointShape Pipe(byte address, byte id, byte streams = 4)
        => new(address, EndpointType.Bulk) { Streams = streams, Extra = [4, 0x24, id, 0] };
}
