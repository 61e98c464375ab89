using System.Security.Cryptography;
using Gatekeeper.Release;

namespace Gatekeeper.Signing.Metadata;

/// <summary>
/// The stored bytes of an image, chunk after chunk, without those of zeros. The image is read a second time here, after its table was
/// made, so each chunk is hashed again: a file that somebody writes to in the meantime ends the build and not a device's install.
/// </summary>
internal sealed class StoredChunks : Stream
{
    private readonly FileStream _image;
    private readonly ChunkTable _table;
    private readonly byte[] _buffer;
    private int _next;
    private int _at;
    private int _have;

    internal StoredChunks(string file, ChunkTable table)
    {
        _image = InputFile.Open(file);
        _table = table;
        _buffer = new byte[table.ChunkSize];
    }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => _table.StoredLength;

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        if (_at == _have && !Fill())
        {
            return 0;
        }

        int count = Math.Min(buffer.Length, _have - _at);
        _buffer.AsSpan(_at, count).CopyTo(buffer);
        _at += count;
        return count;
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _image.Dispose();
        base.Dispose(disposing);
    }

    private bool Fill()
    {
        while (_next < _table.Chunks.Length && _table.Chunks[_next].StoredLength == 0)
        {
            _next++;
        }

        if (_next == _table.Chunks.Length)
        {
            return false;
        }

        ChunkEntry chunk = _table.Chunks[_next];
        Span<byte> bytes = _buffer.AsSpan(0, chunk.StoredLength);
        _image.Position = (long)_next * _table.ChunkSize;
        int read = _image.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (read != bytes.Length || !SHA256.HashData(bytes).AsSpan().SequenceEqual(chunk.StoredHash.Span))
        {
            throw new ToolException(ExitCode.Input, $"{_image.Name} changed while it was read", "build again when nothing writes to it");
        }

        _next++;
        _at = 0;
        _have = bytes.Length;
        return true;
    }
}
