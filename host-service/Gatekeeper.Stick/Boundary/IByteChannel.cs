namespace Gatekeeper.Stick.Boundary;

/// <summary>A stream socket between two of our own processes. Bytes only: framing and checks lie above it.</summary>
public interface IByteChannel
{
    /// <summary>Sends all bytes.</summary>
    /// <exception cref="TimeoutException">The other end did not take them in time.</exception>
    /// <exception cref="EndOfStreamException">The other end is gone.</exception>
    void Send(ReadOnlySpan<byte> data, int timeoutMilliseconds);

    /// <summary>Fills <paramref name="buffer"/> wholly. Waits without end when the time is negative.</summary>
    /// <exception cref="TimeoutException">Not filled in time.</exception>
    /// <exception cref="EndOfStreamException">The other end is gone.</exception>
    void Receive(Span<byte> buffer, int timeoutMilliseconds);
}
