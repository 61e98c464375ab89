using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Gatekeeper.StickImages;

/// <summary>An image in a file that exists.</summary>
public sealed partial class FileImage : Image, IDisposable
{
    // lseek(2): the next offset that is in no hole, and the next hole.
    private const int SeekData = 3;
    private const int SeekHole = 4;

    private readonly SafeFileHandle file;

    /// <summary>Opens the file.</summary>
    public FileImage(string path) => file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);

    /// <inheritdoc/>
    public override long Length => RandomAccess.GetLength(file);

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    /// <inheritdoc/>
    public override void Read(long offset, Span<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            int count = RandomAccess.Read(file, bytes, offset);
            bytes = count > 0 ? bytes[count..] : throw new EndOfStreamException("behind the end of the image");
            offset += count;
        }
    }

    /// <inheritdoc/>
    public override void Write(long offset, ReadOnlySpan<byte> bytes) => RandomAccess.Write(file, bytes, offset);

    /// <inheritdoc/>
    public override void CopyInto(Image target, long offset)
    {
        byte[] buffer = new byte[64 * 1024];
        for (long at = Seek(file, 0, SeekData); at >= 0; at = Seek(file, at, SeekData))
        {
            for (long end = Seek(file, at, SeekHole); at < end;)
            {
                Span<byte> part = buffer.AsSpan(0, (int)Math.Min(buffer.Length, end - at));
                Read(at, part);
                if (part.ContainsAnyExcept((byte)0))
                {
                    target.Write(offset + at, part);
                }

                at += part.Length;
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial long Seek(SafeFileHandle file, long offset, int whence);
}
