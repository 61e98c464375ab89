using System.Runtime.InteropServices;
using Gatekeeper.Linux.Input;

namespace Gatekeeper.Linux.Tests.Input;

public sealed class InputKeysTests : IDisposable
{
    private const string Button = "LNXPWRBN/button/input0";
    private readonly string folder = Directory.CreateTempSubdirectory("gk-input").FullName;

    public InputKeysTests()
    {
        Directory.CreateDirectory(Path.Combine(folder, "dev"));
        Add("event0", "usb-0000:00:02.0-1/input0", []);
        Add("event1", Button, [Key(116, 1), Sync(), Key(116, 2), Key(116, 0), Sync()]);
        Directory.CreateDirectory(Path.Combine(folder, "class", "event2", "device")); // no phys: a device of the kernel's own making
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Layout_IsTheHeaders()
    {
        Assert.Equal(24, Marshal.SizeOf<InputEvent>());
        new CHeader("linux/input.h")
            .Constant("sizeof(struct input_event)", 24)
            .Constant("offsetof(struct input_event, type)", (ulong)Marshal.OffsetOf<InputEvent>(nameof(InputEvent.Type)))
            .Constant("offsetof(struct input_event, code)", (ulong)Marshal.OffsetOf<InputEvent>(nameof(InputEvent.Code)))
            .Constant("offsetof(struct input_event, value)", (ulong)Marshal.OffsetOf<InputEvent>(nameof(InputEvent.Value)))
            .Constant("EV_KEY", InputEvent.EV_KEY)
            .Constant("SYN_DROPPED", InputEvent.SYN_DROPPED)
            .Constant("KEY_POWER", 116)
            .Constant("KEY_F12", 88)
            .Verify();
    }

    [Fact]
    public void OnlyWantedDevicesAreRead_AndRepeatsAreLeftOut()
    {
        using var keys = Keys(Button);
        keys.Scan();
        keys.Scan();
        Assert.Equal([Button], keys.Open);
        Assert.Equal([new KeyPress(Button, 116, true), new KeyPress(Button, 116, false)], keys.Wait(1000, out bool lost));
        Assert.False(lost);
    }

    [Fact]
    public void DeviceThatEnds_IsLetGo()
    {
        using var keys = Keys(Button);
        keys.Scan();
        keys.Wait(1000, out _);
        Assert.Empty(keys.Wait(1000, out bool lost)); // the file is at its end, as a device that is gone
        Assert.True(lost);
        Assert.Empty(keys.Open);
    }

    [Fact]
    public void DroppedEvents_AreTold()
    {
        Add("event3", "isa0060/serio0/input0", [new InputEvent { Type = InputEvent.EV_SYN, Code = InputEvent.SYN_DROPPED }]);
        using var keys = Keys("isa0060/serio0/input0");
        keys.Scan();
        Assert.Empty(keys.Wait(1000, out bool lost));
        Assert.True(lost);
    }

    /// <summary>The report descriptor of a boot keyboard (HID 1.11, appendix B.1): modifiers, a reserved byte, lamps, six keys.</summary>
    private static readonly byte[] BootKeyboard = Convert.FromHexString(
        "05010906A101050719E029E71500250175019508810295017508810195057501050819012905910295017503910195067508150025650507190029658100C0");

    [Fact]
    public void KeypadAtANamedPort_IsReadThroughHidraw_AndOneElsewhereIsNot()
    {
        AddHidraw("hidraw0", "1-3", BootKeyboard, [0, 0, 0x1e, 0, 0, 0, 0, 0]);
        AddHidraw("hidraw1", "1-4.2", BootKeyboard, [0, 0, 0x5f, 0, 0, 0, 0, 0]);
        using InputKeys keys = Keys("usb-port/1-4.2");
        keys.Scan();
        Assert.Equal(["usb-port/1-4.2"], keys.Open);
        Assert.Equal([new KeyPress("usb-port/1-4.2", KeyCode.Keypad7, true)], keys.Wait(1000, out bool lost));
        Assert.False(lost);
    }

    [Fact]
    public void DeviceAtANamedPort_ThatIsNoKeypad_IsNotRead()
    {
        AddHidraw("hidraw0", "1-3", [0x05, 0x01, 0x09, 0x02, 0xA1, 0x01, 0xC0], [1, 2, 3]);
        using InputKeys keys = Keys("usb-port/1-3");
        keys.Scan();
        Assert.Empty(keys.Open);
    }

    [Fact]
    public void HidReports_BecomeKeysThatWentDownAndCameUp()
    {
        HidDecoder decoder = new(Gatekeeper.PortGate.HidKeyLayout.Find(BootKeyboard)!);
        List<KeyPress> pressed = [];
        bool lost = false;
        foreach (byte[] report in new byte[][] { [0, 0, 0x59, 0x28, 0, 0, 0, 0], [0, 0, 0x28, 0x62, 0x04, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 0] })
        {
            decoder.Decode(report, "k", pressed, ref lost);
        }

        Assert.Equal(
            [new("k", KeyCode.Keypad1, true), new("k", KeyCode.Enter, true), new("k", KeyCode.Keypad1, false), new("k", KeyCode.Keypad0, true), new("k", KeyCode.Enter, false), new KeyPress("k", KeyCode.Keypad0, false)],
            pressed);
        Assert.False(lost);
        decoder.Decode([0, 0, 1, 1, 1, 1, 1, 1], "k", pressed, ref lost); // too many keys at once: it does not know
        Assert.True(lost);
    }

    [Theory]
    [InlineData(0x1e, 2)]
    [InlineData(0x26, 10)]
    [InlineData(0x27, 11)]
    [InlineData(0x59, 79)]
    [InlineData(0x5c, 75)]
    [InlineData(0x61, 73)]
    [InlineData(0x62, 82)]
    public void HidDigits_AreTheKernelsCodes(byte usage, int code) => Assert.Equal(code, HidKeyboardCodes.Of(usage));

    private InputKeys Keys(string wanted) => new(new HashSet<string> { wanted }, new InputFolders
    {
        InputClass = Path.Combine(folder, "class"),
        InputNodes = Path.Combine(folder, "dev"),
        HidrawClass = Path.Combine(folder, "hidraw"),
        HidrawNodes = Path.Combine(folder, "dev"),
    });

    private void AddHidraw(string name, string port, byte[] descriptor, byte[] report)
    {
        string device = Path.Combine(folder, "devices", "usb1", port, $"{port}:1.0", "0003:0627:0001.0001");
        string node = Path.Combine(device, "hidraw", name);
        Directory.CreateDirectory(node);
        Directory.CreateSymbolicLink(Path.Combine(node, "device"), "../..");
        File.WriteAllBytes(Path.Combine(device, "report_descriptor"), descriptor);
        Directory.CreateDirectory(Path.Combine(folder, "hidraw"));
        Directory.CreateSymbolicLink(Path.Combine(folder, "hidraw", name), node);
        File.WriteAllBytes(Path.Combine(folder, "dev", name), report);
    }

    private static InputEvent Key(ushort code, int value) => new() { Type = InputEvent.EV_KEY, Code = code, Value = value };

    private static InputEvent Sync() => default;

    private void Add(string name, string phys, InputEvent[] events)
    {
        string device = Path.Combine(folder, "class", name, "device");
        Directory.CreateDirectory(device);
        File.WriteAllText(Path.Combine(device, "phys"), phys + "\n");
        File.WriteAllBytes(Path.Combine(folder, "dev", name), MemoryMarshal.AsBytes(events.AsSpan()).ToArray());
    }
}
