using Gatekeeper.PortGate;
using Gatekeeper.Release;

namespace Gatekeeper.Linux.Input;

/// <summary>hidraw: each answer is one report as the keypad sent it (Documentation/hid/hidraw.rst). A report says which keys are down; what is told is what changed.</summary>
internal sealed class HidDecoder(HidKeyLayout layout) : IKeyDecoder
{
    private IReadOnlyList<byte> before = [];

    /// <inheritdoc/>
    public int ReadBytes => Limits.MaxHidReportBytes;

    /// <inheritdoc/>
    public void Decode(ReadOnlySpan<byte> bytes, string device, List<KeyPress> pressed, ref bool lost)
    {
        if (layout.Down(bytes) is not { } down)
        {
            lost = true;
            return;
        }

        Add(before.Except(down), false);
        Add(down.Except(before), true);
        before = down;

        void Add(IEnumerable<byte> keys, bool isDown) => pressed.AddRange(keys.Select(HidKeyboardCodes.Of).OfType<int>().Select(code => new KeyPress(device, code, isDown)));
    }
}
