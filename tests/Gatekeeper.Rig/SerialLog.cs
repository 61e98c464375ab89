namespace Gatekeeper.Rig;

/// <summary>What the guest wrote to a serial port, from a file that grows.</summary>
public sealed class SerialLog(string path)
{
    /// <summary>The file.</summary>
    public string File { get; } = path;

    /// <summary>Everything so far. Bytes that are no UTF-8 come out as replacement characters.</summary>
    public string Text
    {
        get
        {
            long from = 0;
            return TextFrom(ref from);
        }
    }

    /// <summary>What came since.</summary>
    /// <param name="position">Byte to read from; moved to the end of what was read.</param>
    public string TextFrom(ref long position)
    {
        if (!System.IO.File.Exists(File))
        {
            return "";
        }
        using FileStream open = new(File, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        open.Position = position;
        using StreamReader reader = new(open);
        string text = reader.ReadToEnd();
        position = open.Position;
        return text;
    }

    /// <summary>Length of <see cref="Text"/>: a mark for <see cref="WaitAsync"/>.</summary>
    public int Length => Text.Length;

    /// <summary>The last lines.</summary>
    public string Tail(int lines) => string.Join('\n', Text.Split('\n').TakeLast(lines));

    /// <summary>Waits until a text stands in the log.</summary>
    /// <param name="text">Case counts.</param>
    /// <param name="limit">The longest wait.</param>
    /// <param name="since">Look from here on.</param>
    /// <returns>The text's index.</returns>
    /// <exception cref="RigException">It did not come; the message has the last lines.</exception>
    public async Task<int> WaitAsync(string text, TimeSpan limit, int since = 0)
    {
        int at = -1;
        try
        {
            await Wait.UntilAsync($"\"{text}\" on the serial port", limit, () =>
            {
                string all = Text;
                at = since > all.Length ? -1 : all.IndexOf(text, since, StringComparison.Ordinal);
                return Task.FromResult(at >= 0);
            });
        }
        catch (RigException late)
        {
            throw new RigException($"{late.Message}; {File} ends with\n{Tail(12)}", late);
        }
        return at;
    }
}
