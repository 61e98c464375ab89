using System.Security.Cryptography;
using Gatekeeper.Linux.Input;
using Gatekeeper.Release;

namespace Gatekeeper.Service.Confirm;

/// <summary>What a key did to the digits.</summary>
internal enum PadEvent
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Their number changed.</summary>
    Changed,

    /// <summary>A whole PIN waits to be checked.</summary>
    Entered,

    /// <summary>Escape without digits: no.</summary>
    Declined,
}

/// <summary>The digits typed so far. Pure. They are nowhere else, and are overwritten as soon as they have been used.</summary>
internal sealed class PinPad : IDisposable
{
    private readonly byte[] digits = new byte[Limits.MaxPinDigits];

    /// <summary>How many there are: dots on the screen.</summary>
    internal int Count { get; private set; }

    /// <summary>The digits, ASCII.</summary>
    internal ReadOnlySpan<byte> Digits => digits.AsSpan(0, Count);

    /// <summary>True for the keys of a keypad that mean something here.</summary>
    internal static bool Knows(int code) =>
        KeyCode.Digit(code) is not null || code is KeyCode.Backspace or KeyCode.Enter or KeyCode.KeypadEnter or KeyCode.Escape;

    /// <summary>A key went down. Digits beyond the longest PIN are dropped; Enter before the shortest does nothing and counts as no try.</summary>
    internal PadEvent Press(int code)
    {
        switch (code)
        {
            case KeyCode.Backspace when Count > 0:
                digits[--Count] = 0;
                return PadEvent.Changed;
            case KeyCode.Enter or KeyCode.KeypadEnter when Count >= Limits.MinPinDigits:
                return PadEvent.Entered;
            case KeyCode.Escape when Count > 0:
                Clear();
                return PadEvent.Changed;
            case KeyCode.Escape:
                return PadEvent.Declined;
            default:
                if (KeyCode.Digit(code) is not { } digit || Count == digits.Length)
                {
                    return PadEvent.None;
                }

                digits[Count++] = (byte)('0' + digit);
                return PadEvent.Changed;
        }
    }

    /// <summary>Forgets the digits.</summary>
    internal void Clear()
    {
        CryptographicOperations.ZeroMemory(digits);
        Count = 0;
    }

    /// <inheritdoc/>
    public void Dispose() => Clear();
}
