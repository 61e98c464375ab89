using System.Runtime.InteropServices;

namespace Gatekeeper.Linux.Input;

/// <summary>evdev: the kernel's own records (Documentation/input/input.rst).</summary>
internal sealed class EventDecoder : IKeyDecoder
{
    private const int MaxEvents = 64;

    /// <inheritdoc/>
    public int ReadBytes => MaxEvents * Marshal.SizeOf<InputEvent>();

    /// <inheritdoc/>
    public void Decode(ReadOnlySpan<byte> bytes, string device, List<KeyPress> pressed, ref bool lost)
    {
        int whole = bytes.Length / Marshal.SizeOf<InputEvent>() * Marshal.SizeOf<InputEvent>();
        lost |= whole == 0;
        foreach (InputEvent one in MemoryMarshal.Cast<byte, InputEvent>(bytes[..whole]))
        {
            lost |= one is { Type: InputEvent.EV_SYN, Code: InputEvent.SYN_DROPPED };
            if (one.Type == InputEvent.EV_KEY && one.Value is (0 or 1))
            {
                pressed.Add(new KeyPress(device, one.Code, one.Value == 1));
            }
        }
    }
}
