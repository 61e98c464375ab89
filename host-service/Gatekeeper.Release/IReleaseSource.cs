namespace Gatekeeper.Release;

/// <summary>The bytes of a release file wherever they lie: a stick behind the pump, the stage, a file. All of it is a claim until its hash was compared.</summary>
public interface IReleaseSource
{
    /// <summary>Bytes in all, part files joined; 0 or more.</summary>
    long Length { get; }

    /// <summary>Fills <paramref name="buffer"/> from <paramref name="offset"/> on, wholly.</summary>
    /// <exception cref="RefusedException">The medium failed, or its time is up.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The range is not inside <see cref="Length"/>.</exception>
    void ReadAt(long offset, Span<byte> buffer);
}
