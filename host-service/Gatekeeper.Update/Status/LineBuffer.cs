using Gatekeeper.Release;

namespace Gatekeeper.Update.Status;

/// <summary>
/// Cuts what comes from a status socket into lines. Holds at most one line of <see cref="Limits.MaxStatusLineBytes"/>; both ends use it.
/// Receive into <see cref="Free"/>, call <see cref="Received"/>, then take lines until there is none.
/// </summary>
public sealed class LineBuffer
{
    private readonly byte[] _bytes = new byte[Limits.MaxStatusLineBytes];
    private int _start;
    private int _end;

    /// <summary>Room to receive into. Empty only when <see cref="IsOverlong"/>.</summary>
    public Span<byte> Free
    {
        get
        {
            if (_start > 0)
            {
                _bytes.AsSpan(_start, _end - _start).CopyTo(_bytes);
                _end -= _start;
                _start = 0;
            }

            return _bytes.AsSpan(_end);
        }
    }

    /// <summary>True when the limit is reached without a line feed: the connection is of no more use.</summary>
    public bool IsOverlong => _end - _start == _bytes.Length && !_bytes.AsSpan(_start, _end - _start).Contains((byte)'\n');

    /// <summary>Says how many bytes were received into <see cref="Free"/>.</summary>
    public void Received(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _bytes.Length - _end);
        _end += count;
    }

    /// <summary>The next whole line without its line feed, valid until the next call of <see cref="Free"/>.</summary>
    public bool TryTakeLine(out ReadOnlySpan<byte> line)
    {
        int length = _bytes.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
        if (length < 0)
        {
            line = default;
            return false;
        }

        line = _bytes.AsSpan(_start, length);
        _start += length + 1;
        return true;
    }
}
