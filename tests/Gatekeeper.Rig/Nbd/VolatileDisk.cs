using Microsoft.Win32.SafeHandles;

namespace Gatekeeper.Rig;

/// <summary>
/// A disk with a volatile write cache: what is written stays in memory until a flush, or a write that forces unit access, moves it to
/// the image. <see cref="Cut"/> takes the power away: of the sectors still in the cache none, all, or a seeded choice survive.
/// </summary>
public sealed class VolatileDisk : IDisposable
{
    /// <summary>The unit that is written whole or not at all.</summary>
    public const int Sector = 512;

    private readonly SafeFileHandle image;
    private readonly Dictionary<long, byte[]> cache = [];

    /// <summary>Opens a raw image, which becomes the medium.</summary>
    public VolatileDisk(string path)
    {
        image = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        Length = RandomAccess.GetLength(image);
    }

    /// <summary>Size in bytes, a multiple of 512.</summary>
    public long Length { get; }

    /// <summary>Sectors in the cache.</summary>
    public int CachedSectors => cache.Count;

    /// <summary>Reads, cache first.</summary>
    public void Read(long offset, Span<byte> into)
    {
        CheckRange(offset, into.Length);
        int got = 0;
        while (got < into.Length && RandomAccess.Read(image, into[got..], offset + got) is int count and > 0)
        {
            got += count;
        }
        into[got..].Clear();
        if (cache.Count == 0)
        {
            return;
        }
        for (int at = 0; at < into.Length; at += Sector)
        {
            if (cache.TryGetValue((offset + at) / Sector, out byte[]? sector))
            {
                sector.CopyTo(into[at..]);
            }
        }
    }

    /// <summary>Writes into the cache.</summary>
    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        CheckRange(offset, bytes.Length);
        for (int at = 0; at < bytes.Length; at += Sector)
        {
            cache[(offset + at) / Sector] = bytes.Slice(at, Sector).ToArray();
        }
    }

    /// <summary>Writes zeroes into the cache; a trim is treated the same way.</summary>
    public void Zero(long offset, long length)
    {
        CheckRange(offset, length);
        byte[] zero = new byte[Sector];
        for (long at = 0; at < length; at += Sector)
        {
            cache[(offset + at) / Sector] = zero;
        }
    }

    /// <summary>Moves the whole cache to the medium.</summary>
    public void Flush()
    {
        Settle([.. cache.Keys]);
        cache.Clear();
    }

    /// <summary>Moves one range to the medium, as a write with FUA does.</summary>
    public void Flush(long offset, long length)
    {
        List<long> mine = [];
        for (long sector = offset / Sector; sector < (offset + length) / Sector; sector++)
        {
            if (cache.ContainsKey(sector))
            {
                mine.Add(sector);
            }
        }
        Settle(mine);
        mine.ForEach(sector => cache.Remove(sector));
    }

    /// <summary>Takes the power away.</summary>
    /// <param name="kept">Share of the cached sectors that reached the medium by themselves: 0 none, 1 all.</param>
    /// <param name="seed">Makes the choice repeatable.</param>
    /// <returns>How many sectors were lost.</returns>
    public int Cut(double kept, int seed)
    {
        List<long> order = [.. cache.Keys.Order()];
#pragma warning disable CA5394 // a repeatable choice is wanted, not a secret
        Random choice = new(seed);
        List<long> lucky = order.FindAll(_ => choice.NextDouble() < kept);
#pragma warning restore CA5394
        Settle(lucky);
        cache.Clear();
        return order.Count - lucky.Count;
    }

    /// <inheritdoc/>
    public void Dispose() => image.Dispose();

    private void Settle(List<long> sectors)
    {
        // Neighbours in one write: a flush after a whole slot has hundreds of thousands of sectors.
        sectors.Sort();
        byte[] run = new byte[1 << 20];
        for (int first = 0; first < sectors.Count;)
        {
            int count = 0;
            while (first + count < sectors.Count && sectors[first + count] == sectors[first] + count && (count + 1) * Sector <= run.Length)
            {
                cache[sectors[first + count]].CopyTo(run, count * Sector);
                count++;
            }
            RandomAccess.Write(image, run.AsSpan(0, count * Sector), sectors[first] * Sector);
            first += count;
        }
    }

    private void CheckRange(long offset, long length)
    {
        if (offset < 0 || length < 0 || offset % Sector != 0 || length % Sector != 0 || offset > Length - length)
        {
            throw new ArgumentOutOfRangeException(nameof(offset), $"{offset}+{length} on a disk of {Length}");
        }
    }
}
