namespace Gatekeeper.Linux.Input;

/// <summary>A key of an input device went down or came up.</summary>
/// <param name="Device">Where the device is connected, as the kernel names it: <c>isa0060/serio0/input0</c>, <c>LNXPWRBN/button/input0</c>; a USB keypad by its port, <c>usb-port/1-4</c>.</param>
/// <param name="Code">Key code of linux/input-event-codes.h, 1 to 767.</param>
/// <param name="Down">True when it went down; repeats of a key that stays down are left out.</param>
public readonly record struct KeyPress(string Device, int Code, bool Down);
