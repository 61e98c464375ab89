namespace Gatekeeper.Update.Tests.Model;

/// <summary>A partition whose medium has a volatile write cache of 512-byte sectors. Counts writes and flushes; can be made to fail.</summary>
public sealed class VolatileDisk(string name, byte[] durable, PowerLine line) : IBlockDevice
{
    public const int Sector = 512;
    private readonly Dictionary<long, byte[]> cache = [];

    public string Name => name;

    public long Length => durable.Length;

    public int Writes { get; private set; }

    public int Flushes { get; private set; }

    /// <summary>Every access throws.</summary>
    public bool Dead { get; set; }

    /// <summary>Direct reads answer with one bit wrong at this offset; -1 for none.</summary>
    public long WrongAt { get; set; } = -1;

    /// <summary>The sector at this offset answers with an error until it is written again; -1 for none.</summary>
    public long UnreadableAt { get; set; } = -1;

    /// <summary>Log of (offset, length) of writes and (-1, 0) of flushes.</summary>
    public List<(long Offset, int Length)> Log { get; } = [];

    /// <summary>Bytes as a read would see them.</summary>
    public byte[] Content()
    {
        byte[] all = new byte[Length];
        Read(0, all);
        return all;
    }

    /// <summary>Changes the medium behind everybody's back.</summary>
    public void Damage(long offset) => durable[offset] ^= 0x40;

    public VolatileDisk Copy(PowerLine power) => new(name, (byte[])durable.Clone(), power);

    public void ReadAt(long offset, Span<byte> buffer)
    {
        Check(offset, buffer.Length);
        Read(offset, buffer);
    }

    public void ReadDirectAt(long offset, Span<byte> buffer)
    {
        Check(offset, buffer.Length);
        Read(offset, buffer);
        if (WrongAt >= offset && WrongAt < offset + buffer.Length)
        {
            buffer[(int)(WrongAt - offset)] ^= 1;
        }
    }

    public void WriteAt(long offset, ReadOnlySpan<byte> data)
    {
        Check(offset, data.Length);
        Writes++;
        UnreadableAt = UnreadableAt >= offset && UnreadableAt < offset + data.Length ? -1 : UnreadableAt;
        Log.Add((offset, data.Length));
        for (int done = 0; done < data.Length;)
        {
            long sector = (offset + done) / Sector;
            int inside = (int)((offset + done) % Sector);
            int part = Math.Min(Sector - inside, data.Length - done);
            if (!cache.TryGetValue(sector, out byte[]? bytes))
            {
                bytes = durable.AsSpan((int)(sector * Sector), Sector).ToArray();
                cache[sector] = bytes;
            }

            data.Slice(done, part).CopyTo(bytes.AsSpan(inside));
            done += part;
        }

        line.Step($"write {name} at {offset} length {data.Length}");
    }

    public void Flush()
    {
        Check(0, 0);
        line.Step($"flush {name}");
        Flushes++;
        Log.Add((-1, 0));
        Settle(_ => true);
    }

    /// <summary>The power is gone: each unflushed sector is on the medium, or not.</summary>
    public void Settle(Func<long, bool> survives)
    {
        foreach ((long sector, byte[] bytes) in cache.OrderBy(c => c.Key))
        {
            if (survives(sector))
            {
                bytes.CopyTo(durable, sector * Sector);
            }
        }

        cache.Clear();
    }

    private void Read(long offset, Span<byte> buffer)
    {
        if (UnreadableAt >= 0 && offset < UnreadableAt + Sector && UnreadableAt < offset + buffer.Length)
        {
            throw new IOException("a sector cannot be read");
        }

        durable.AsSpan((int)offset, buffer.Length).CopyTo(buffer);
        if (cache.Count == 0)
        {
            return;
        }

        for (long sector = offset / Sector; sector * Sector < offset + buffer.Length; sector++)
        {
            if (cache.TryGetValue(sector, out byte[]? bytes))
            {
                long from = Math.Max(offset, sector * Sector);
                long to = Math.Min(offset + buffer.Length, (sector + 1) * Sector);
                bytes.AsSpan((int)(from - (sector * Sector)), (int)(to - from)).CopyTo(buffer[(int)(from - offset)..]);
            }
        }
    }

    private void Check(long offset, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset + length, Length);
        if (Dead)
        {
            throw new IOException("the medium is dead");
        }
    }
}
