using Microsoft.Win32.SafeHandles;

namespace Gatekeeper.Linux.Storage;

/// <summary>Reads that must be whole.</summary>
internal static class FileReads
{
    /// <summary>Fills a buffer; the kernel may give less than it is asked for.</summary>
    /// <param name="handle">A file or device.</param>
    /// <param name="offset">Where the bytes are.</param>
    /// <param name="buffer">Filled wholly.</param>
    /// <param name="ended">What to say when the file is shorter.</param>
    /// <exception cref="IOException">It failed, or ended before.</exception>
    public static void Fill(SafeFileHandle handle, long offset, Span<byte> buffer, string ended)
    {
        for (int done = 0; done < buffer.Length;)
        {
            int read = RandomAccess.Read(handle, buffer[done..], offset + done);
            done += read > 0 ? read : throw new IOException(ended);
        }
    }
}
