namespace Gatekeeper.Rig.UsbRedir;

/// <summary>Changes the bytes of one read.</summary>
/// <param name="time">How often this unit of <see cref="LyingData.Unit"/> bytes is read now: 1 at the first time.</param>
/// <param name="offset">Where on the stick the bytes are.</param>
/// <param name="bytes">The honest bytes, to be changed in place; never across two units.</param>
public delegate void StickLie(int time, long offset, Span<byte> bytes);

/// <summary>
/// A stick that answers otherwise depending on how often it was asked: the attack on everybody who checks at the first read and uses the
/// second one (I04). Reads are counted for each unit of 512 bytes, so a lie does not depend on how the reader cuts its requests.
/// </summary>
public sealed class LyingData(IStickData honest, StickLie lie) : IStickData
{
    /// <summary>Bytes that are counted together.</summary>
    public const int Unit = 512;

    private readonly Dictionary<long, int> reads = [];
    private readonly Lock gate = new();

    /// <inheritdoc/>
    public long Length => honest.Length;

    /// <summary>Other bytes from the second read on: those of another stick of the same length.</summary>
    public static LyingData SecondReadFrom(IStickData first, IStickData then) => new(first, (time, offset, bytes) =>
    {
        if (time > 1)
        {
            then.Read(offset, bytes);
        }
    });

    /// <inheritdoc/>
    public void Read(long offset, Span<byte> buffer)
    {
        honest.Read(offset, buffer);
        lock (gate)
        {
            while (!buffer.IsEmpty)
            {
                long unit = offset / Unit;
                int count = (int)Math.Min(buffer.Length, ((unit + 1) * Unit) - offset);
                int time = reads[unit] = reads.GetValueOrDefault(unit) + 1;
                lie(time, offset, buffer[..count]);
                buffer = buffer[count..];
                offset += count;
            }
        }
    }
}
