using Gatekeeper.Stick.Boundary;

namespace Gatekeeper.Stick.Tests.Boundary;

/// <summary>A stream socket in memory, with a socket's limited room.</summary>
internal sealed class MemoryChannel : IByteChannel, IDisposable
{
    private readonly Half _in;
    private readonly Half _out;

    private MemoryChannel(Half incoming, Half outgoing) => (_in, _out) = (incoming, outgoing);

    public static (MemoryChannel A, MemoryChannel B) Pair()
    {
        var one = new Half();
        var two = new Half();
        return (new MemoryChannel(one, two), new MemoryChannel(two, one));
    }

    public void Send(ReadOnlySpan<byte> data, int timeoutMilliseconds) => _out.Put(data, timeoutMilliseconds);

    public void Receive(Span<byte> buffer, int timeoutMilliseconds) => _in.Take(buffer, timeoutMilliseconds);

    public void Dispose()
    {
        _in.Close();
        _out.Close();
    }

    private sealed class Half
    {
        private readonly byte[] _ring = new byte[200 * 1024];
        private readonly object _bytes = new();
        private int _start;
        private int _count;
        private bool _closed;

        public void Put(ReadOnlySpan<byte> data, int timeout)
        {
            lock (_bytes)
            {
                while (!data.IsEmpty)
                {
                    WaitWhile(() => !_closed && _count == _ring.Length, timeout);
                    if (_closed)
                    {
                        throw new EndOfStreamException();
                    }

                    int end = (_start + _count) % _ring.Length;
                    int length = Math.Min(data.Length, Math.Min(_ring.Length - _count, _ring.Length - end));
                    data[..length].CopyTo(_ring.AsSpan(end));
                    data = data[length..];
                    _count += length;
                    Monitor.PulseAll(_bytes);
                }
            }
        }

        public void Take(Span<byte> buffer, int timeout)
        {
            lock (_bytes)
            {
                while (!buffer.IsEmpty)
                {
                    WaitWhile(() => !_closed && _count == 0, timeout);
                    if (_count == 0)
                    {
                        throw new EndOfStreamException();
                    }

                    int length = Math.Min(buffer.Length, Math.Min(_count, _ring.Length - _start));
                    _ring.AsSpan(_start, length).CopyTo(buffer);
                    buffer = buffer[length..];
                    _start = (_start + length) % _ring.Length;
                    _count -= length;
                    Monitor.PulseAll(_bytes);
                }
            }
        }

        public void Close()
        {
            lock (_bytes)
            {
                _closed = true;
                Monitor.PulseAll(_bytes);
            }
        }

        private void WaitWhile(Func<bool> condition, int timeout)
        {
            while (condition())
            {
                if (!Monitor.Wait(_bytes, timeout))
                {
                    throw new TimeoutException();
                }
            }
        }
    }
}
