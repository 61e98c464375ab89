using Microsoft.Win32.SafeHandles;

namespace Gatekeeper.Rig.UsbRedir;

/// <summary>A stick over a raw image, opened for reading only.</summary>
public sealed class ImageData(string path) : IStickData, IDisposable
{
    private readonly SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read);

    /// <inheritdoc/>
    public long Length => RandomAccess.GetLength(file);

    /// <inheritdoc/>
    /// <exception cref="EndOfStreamException">The file has become shorter.</exception>
    public void Read(long offset, Span<byte> buffer)
    {
        for (int done = 0; done < buffer.Length;)
        {
            int count = RandomAccess.Read(file, buffer[done..], offset + done);
            done += count > 0 ? count : throw new EndOfStreamException($"{path} ends at {offset + done}");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();
}
