namespace Gatekeeper.Release;

/// <summary>Writes a release file (<c>.gku</c>) or a roots file (<c>.gkr</c>), entry after entry in the order of FORMAT.md §3. The order is the caller's to keep; <see cref="ReleaseFile"/> keeps it.</summary>
/// <param name="output">Where to write; not closed here.</param>
public sealed class GkuWriter(Stream output)
{
    /// <summary>Writes an entry.</summary>
    public void Write(string name, ReadOnlySpan<byte> content)
    {
        output.Write(UstarHeader.Write(name, content.Length));
        output.Write(content);
        output.Write(new byte[UstarHeader.Padding(content.Length)]);
    }

    /// <summary>Writes an entry of exactly <paramref name="length"/> bytes.</summary>
    /// <exception cref="EndOfStreamException"><paramref name="content"/> is shorter.</exception>
    public void Write(string name, Stream content, long length)
    {
        output.Write(UstarHeader.Write(name, length));
        byte[] buffer = new byte[1024 * 1024];
        for (long left = length; left > 0;)
        {
            int count = (int)Math.Min(left, buffer.Length);
            content.ReadExactly(buffer, 0, count);
            output.Write(buffer, 0, count);
            left -= count;
        }

        output.Write(new byte[UstarHeader.Padding(length)]);
    }

    /// <summary>Writes the two blocks of zeros that end the file.</summary>
    public void Finish() => output.Write(new byte[2 * UstarHeader.BlockBytes]);
}
