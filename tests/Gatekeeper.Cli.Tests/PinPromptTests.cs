namespace Gatekeeper.Cli.Tests;

public sealed class PinPromptTests
{
    [Theory]
    [InlineData("739518\n", "739518")]
    [InlineData("739518\r\nrest", "739518")]
    [InlineData("739518", "739518")]
    [InlineData("\n", null)]
    [InlineData("", null)]
    public void StandardInput_GivesItsFirstLine(string input, string? pin)
    {
        using var reader = new StringReader(input);
        Assert.Equal(pin, PinPrompt.FromStream(reader));
    }

    [Theory]
    [InlineData("739518\n739518\n", "739518")]
    [InlineData("7395\b\b9518\n739518\n", "739518")]
    [InlineData("739\b9518\n739518\n", "739518")]
    [InlineData("739518\n739519\n", null)]
    [InlineData("\n", null)]
    public void Terminal_AsksTwice_AndShowsNothingOfIt(string keys, string? pin)
    {
        using var terminal = new StringWriter { NewLine = "\n" };
        var typed = new Queue<char>(keys);
        Assert.Equal(pin, PinPrompt.Twice("PIN of Ada: ", terminal, () => Key(typed.Dequeue())));
        Assert.DoesNotContain(terminal.ToString(), char.IsAsciiDigit);
        Assert.StartsWith("PIN of Ada: \n", terminal.ToString(), StringComparison.Ordinal);
        Assert.Empty(typed);
    }

    private static ConsoleKeyInfo Key(char c) => new(c, c switch { '\n' => ConsoleKey.Enter, '\b' => ConsoleKey.Backspace, _ => ConsoleKey.D0 }, false, false, false);
}
