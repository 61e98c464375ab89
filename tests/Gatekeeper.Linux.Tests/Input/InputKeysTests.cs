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
        using var keys = new InputKeys(new HashSet<string> { Button }, Path.Combine(folder, "class"), Path.Combine(folder, "dev"));
        keys.Scan();
        keys.Scan();
        Assert.Equal([Button], keys.Open);
        Assert.Equal([new KeyPress(Button, 116, true), new KeyPress(Button, 116, false)], keys.Wait(1000, out bool lost));
        Assert.False(lost);
    }

    [Fact]
    public void DeviceThatEnds_IsLetGo()
    {
        using var keys = new InputKeys(new HashSet<string> { Button }, Path.Combine(folder, "class"), Path.Combine(folder, "dev"));
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
        using var keys = new InputKeys(new HashSet<string> { "isa0060/serio0/input0" }, Path.Combine(folder, "class"), Path.Combine(folder, "dev"));
        keys.Scan();
        Assert.Empty(keys.Wait(1000, out bool lost));
        Assert.True(lost);
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
