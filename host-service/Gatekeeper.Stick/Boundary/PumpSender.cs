using System.Collections.Concurrent;
using Gatekeeper.Release;

namespace Gatekeeper.Stick.Boundary;

/// <summary>Sends the pump's answers from a thread of its own, in order. Two buffers go round: one fills from the bus while the other empties into the socket.</summary>
internal sealed class PumpSender : IDisposable
{
    private readonly FrameChannel _channel;
    private readonly BlockingCollection<byte[]> _free = [];
    private readonly BlockingCollection<(MessageType Type, uint Tag, byte[] Buffer, int Length)> _full = [];
    private readonly Thread _thread;
    private volatile bool _broken;

    public PumpSender(FrameChannel channel)
    {
        _channel = channel;
        _free.Add(new byte[Limits.BoundaryReadBytes]);
        _free.Add(new byte[Limits.BoundaryReadBytes]);
        _thread = new Thread(Run) { IsBackground = true, Name = "pump-sender" };
        _thread.Start();
    }

    /// <summary>A buffer of the largest read, as soon as one is free.</summary>
    public byte[] TakeBuffer() => _free.Take();

    /// <summary>Hands over an answer; the buffer goes back by itself.</summary>
    /// <exception cref="EndOfStreamException">gatekeeperd is gone.</exception>
    public void Send(MessageType type, uint tag, byte[] buffer, int length)
    {
        if (_broken)
        {
            throw new EndOfStreamException("the other end of the socket is closed");
        }

        _full.Add((type, tag, buffer, length));
    }

    public void Dispose()
    {
        _full.CompleteAdding();
        _thread.Join();
        _full.Dispose();
        _free.Dispose();
    }

    private void Run()
    {
        foreach ((MessageType type, uint tag, byte[] buffer, int length) in _full.GetConsumingEnumerable())
        {
            try
            {
                if (!_broken)
                {
                    _channel.Send(type, tag, buffer.AsSpan(0, length), -1);
                }
            }
            catch (IOException)
            {
                // gatekeeperd is gone; whoever receives learns it from the socket at once.
                _broken = true;
            }

            _free.Add(buffer);
        }
    }
}
