using Gatekeeper.Release;
using Microsoft.Win32.SafeHandles;

namespace Gatekeeper.InstallBench;

/// <summary>A release file on a disk in place of a stick. Counts what is read of it.</summary>
internal sealed class FileSource(string path) : IReleaseSource, IDisposable
{
    private readonly SafeFileHandle handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read, FileOptions.SequentialScan);
    private long bytesRead;

    /// <inheritdoc/>
    public long Length => RandomAccess.GetLength(handle);

    /// <summary>Bytes handed out so far.</summary>
    public long BytesRead => Interlocked.Read(ref bytesRead);

    /// <inheritdoc/>
    public void ReadAt(long offset, Span<byte> buffer)
    {
        for (int done = 0; done < buffer.Length;)
        {
            int read = RandomAccess.Read(handle, buffer[done..], offset + done);
            done += read > 0 ? read : throw new RefusedException(Refusal.StickGone, "the file ended early");
        }

        Interlocked.Add(ref bytesRead, buffer.Length);
    }

    /// <inheritdoc/>
    public void Dispose() => handle.Dispose();
}
