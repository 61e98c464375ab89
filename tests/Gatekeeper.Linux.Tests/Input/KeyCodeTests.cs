using Gatekeeper.Linux.Input;

namespace Gatekeeper.Linux.Tests.Input;

public sealed class KeyCodeTests
{
    [Fact]
    public void Codes_AreTheHeaders()
    {
        CHeader header = new CHeader("linux/input.h")
            .Constant("KEY_ESC", KeyCode.Escape)
            .Constant("KEY_BACKSPACE", KeyCode.Backspace)
            .Constant("KEY_ENTER", KeyCode.Enter)
            .Constant("KEY_KPENTER", KeyCode.KeypadEnter);
        foreach (int code in Enumerable.Range(1, 767))
        {
            if (KeyCode.Digit(code) is { } digit)
            {
                header.Constant(code < KeyCode.Backspace ? $"KEY_{digit}" : $"KEY_KP{digit}", (ulong)code);
            }
        }

        header.Verify();
    }

    [Fact]
    public void EachDigit_IsOnTwoKeys() =>
        Assert.Equal(Enumerable.Range(0, 10).SelectMany(d => new[] { d, d }), Enumerable.Range(1, 767).Select(KeyCode.Digit).OfType<int>().Order());
}
