namespace Gatekeeper.Linux.Input;

/// <summary>From the key codes of HID (Usage Tables 1.4, page 7) to those of the kernel (drivers/hid/hid-input.c), for the keys of a keypad.</summary>
internal static class HidKeyboardCodes
{
    private const byte Key1 = 0x1e;
    private const byte Key0 = 0x27;
    private const byte Keypad1 = 0x59;
    private const byte Keypad0 = 0x62;

    /// <summary>The code of linux/input-event-codes.h; null for a key that has no meaning here.</summary>
    internal static int? Of(byte usage) => usage switch
    {
        >= Key1 and < Key0 => KeyCode.Main1 + usage - Key1,
        Key0 => KeyCode.Main0,
        0x28 => KeyCode.Enter,
        0x29 => KeyCode.Escape,
        0x2a => KeyCode.Backspace,
        0x58 => KeyCode.KeypadEnter,
        >= Keypad1 and < Keypad1 + 3 => KeyCode.Keypad1 + usage - Keypad1,
        >= Keypad1 + 3 and < Keypad1 + 6 => KeyCode.Keypad4 + usage - Keypad1 - 3,
        >= Keypad1 + 6 and < Keypad0 => KeyCode.Keypad7 + usage - Keypad1 - 6,
        Keypad0 => KeyCode.Keypad0,
        _ => null,
    };
}
