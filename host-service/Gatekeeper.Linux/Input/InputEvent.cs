using System.Runtime.InteropServices;

namespace Gatekeeper.Linux.Input;

/// <summary><c>struct input_event</c> of linux/input.h on a machine with 64-bit time: 24 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct InputEvent
{
    public const ushort EV_SYN = 0;
    public const ushort EV_KEY = 1;
    public const ushort EV_SND = 0x12;
    public const ushort SND_TONE = 2;
    public const ushort SYN_DROPPED = 3;

    public long Seconds;
    public long Microseconds;
    public ushort Type;
    public ushort Code;
    public int Value;
}
