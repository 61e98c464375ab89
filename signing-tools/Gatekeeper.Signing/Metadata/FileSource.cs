using System.Globalization;
using Gatekeeper.Release;

namespace Gatekeeper.Signing.Metadata;

/// <summary>A release file on this machine, with the part files beside it joined, as a device joins them.</summary>
internal sealed class FileSource : IReleaseSource, IDisposable
{
    private readonly List<(FileStream File, long Start)> _parts = [];

    /// <summary>Opens a file and its parts <c>name.gku.2</c>, <c>name.gku.3</c>, ...</summary>
    internal FileSource(string path)
    {
        for (int part = 1; part == 1 || File.Exists(PartName(path, part)); part++)
        {
            FileStream file = InputFile.Open(PartName(path, part));
            _parts.Add((file, Length));
            Length += file.Length;
        }
    }

    /// <inheritdoc/>
    public long Length { get; private set; }

    /// <summary>Part files, the first included.</summary>
    internal int Parts => _parts.Count;

    /// <inheritdoc/>
    public void ReadAt(long offset, Span<byte> buffer)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Length - buffer.Length);
        while (buffer.Length > 0)
        {
            (FileStream file, long start) = _parts.FindLast(p => p.Start <= offset);
            int read = RandomAccess.Read(file.SafeFileHandle, buffer, offset - start);
            if (read == 0)
            {
                throw new RefusedException(Refusal.FileDamaged, "the file became shorter");
            }

            buffer = buffer[read..];
            offset += read;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _parts.ForEach(p => p.File.Dispose());

    private static string PartName(string path, int part) => part == 1 ? path : path + "." + part.ToString(CultureInfo.InvariantCulture);
}
