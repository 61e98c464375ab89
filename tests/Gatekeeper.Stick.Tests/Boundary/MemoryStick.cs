using Gatekeeper.Release;

namespace Gatekeeper.Stick.Tests.Boundary;

/// <summary>Sectors whose bytes follow from their number; notes what is read.</summary>
internal sealed class MemoryStick(long sectors) : ISectorSource
{
    private readonly List<(long Lba, int Sectors)> _reads = [];

    public int SectorSize => 512;

    public long SectorCount => sectors;

    /// <summary>First sector that cannot be read.</summary>
    public long BadFrom { get; set; } = long.MaxValue;

    public IReadOnlyList<(long Lba, int Sectors)> Reads
    {
        get
        {
            lock (_reads)
            {
                return [.. _reads];
            }
        }
    }

    public static byte[] Content(long lba, int count)
    {
        byte[] all = new byte[count * 512];
        for (int i = 0; i < count; i++)
        {
            all.AsSpan(i * 512, 512).Fill(unchecked((byte)((lba + i) * 13)));
        }

        return all;
    }

    public void Read(long lba, Span<byte> buffer)
    {
        SectorBounds.Check(this, lba, buffer.Length);
        lock (_reads)
        {
            _reads.Add((lba, buffer.Length / 512));
        }

        if (lba + (buffer.Length / 512) > BadFrom)
        {
            throw new RefusedException(Refusal.StickGone, "bad sector");
        }

        Content(lba, buffer.Length / 512).CopyTo(buffer);
    }
}
