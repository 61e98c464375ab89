namespace Gatekeeper.Update;

/// <summary>
/// A partition, a disk or (in tests) memory, as bytes. A failing medium throws <see cref="IOException"/>; a range outside
/// <see cref="Length"/> is our own mistake and throws <see cref="ArgumentOutOfRangeException"/>.
/// </summary>
public interface IBlockDevice
{
    /// <summary>Bytes in all.</summary>
    long Length { get; }

    /// <summary>Fills <paramref name="buffer"/> wholly from <paramref name="offset"/> on; may answer from a cache.</summary>
    void ReadAt(long offset, Span<byte> buffer);

    /// <summary>Like <see cref="ReadAt"/>, but past every cache of this machine: what the medium itself holds.</summary>
    void ReadDirectAt(long offset, Span<byte> buffer);

    /// <summary>Writes all of <paramref name="data"/>. Not durable before <see cref="Flush"/>.</summary>
    void WriteAt(long offset, ReadOnlySpan<byte> data);

    /// <summary>Returns when everything written before is on the medium.</summary>
    void Flush();
}
