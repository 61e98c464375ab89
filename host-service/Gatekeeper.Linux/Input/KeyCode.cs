namespace Gatekeeper.Linux.Input;

/// <summary>Keys of linux/input-event-codes.h that have a meaning here (KEY_ESC, KEY_1, KEY_KP7, ...). A keypad that is read another way than by evdev is translated to these.</summary>
public static class KeyCode
{
    /// <summary>Escape.</summary>
    public const int Escape = 1;

    /// <summary>1 of the main row; 2 to 9 follow.</summary>
    public const int Main1 = 2;

    /// <summary>0 of the main row.</summary>
    public const int Main0 = 11;

    /// <summary>Backspace.</summary>
    public const int Backspace = 14;

    /// <summary>Enter.</summary>
    public const int Enter = 28;

    /// <summary>7 of the numeric keypad; 8 and 9 follow.</summary>
    public const int Keypad7 = 71;

    /// <summary>4 of the numeric keypad; 5 and 6 follow.</summary>
    public const int Keypad4 = 75;

    /// <summary>1 of the numeric keypad; 2 and 3 follow.</summary>
    public const int Keypad1 = 79;

    /// <summary>0 of the numeric keypad.</summary>
    public const int Keypad0 = 82;

    /// <summary>Enter of the numeric keypad.</summary>
    public const int KeypadEnter = 96;

    /// <summary>The digit on a key of the main row or the numeric keypad, whatever Num Lock says; null for every other key.</summary>
    public static int? Digit(int code) => code switch
    {
        Main0 or Keypad0 => 0,
        >= Main1 and < Main0 => code - Main1 + 1,
        >= Keypad7 and < Keypad7 + 3 => code - Keypad7 + 7,
        >= Keypad4 and < Keypad4 + 3 => code - Keypad4 + 4,
        >= Keypad1 and < Keypad1 + 3 => code - Keypad1 + 1,
        _ => null,
    };
}
