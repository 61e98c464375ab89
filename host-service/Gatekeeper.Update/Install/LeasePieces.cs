using Gatekeeper.Release;

namespace Gatekeeper.Update;

/// <summary>
/// Reads and writes in pieces with a look at the lease before each, so that whoever uses the device waits for one piece at most (I15).
/// A piece whose look throws is not begun.
/// </summary>
internal static class LeasePieces
{
    /// <summary>Writes one piece.</summary>
    internal delegate void Writer(long offset, ReadOnlySpan<byte> piece);

    /// <summary>Reads one piece, wholly.</summary>
    internal delegate void Reader(long offset, Span<byte> piece);

    /// <summary>Writes in pieces of <see cref="Limits.LeaseWriteBytes"/>.</summary>
    internal static void Write(long offset, ReadOnlySpan<byte> data, Action look, Writer write)
    {
        for (int done = 0; done < data.Length; done += Limits.LeaseWriteBytes)
        {
            look();
            write(offset + done, data.Slice(done, Math.Min(Limits.LeaseWriteBytes, data.Length - done)));
        }
    }

    /// <summary>Reads in pieces of <see cref="Limits.LeaseReadBytes"/>.</summary>
    internal static void Read(long offset, Span<byte> buffer, Action look, Reader read)
    {
        for (int done = 0; done < buffer.Length; done += Limits.LeaseReadBytes)
        {
            look();
            read(offset + done, buffer.Slice(done, Math.Min(Limits.LeaseReadBytes, buffer.Length - done)));
        }
    }
}
