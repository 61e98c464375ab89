using Gatekeeper.Update;

namespace Gatekeeper.Crash.Tests.Model;

/// <summary>
/// A partition in memory that is forked in no time: blocks of sectors are shared until one side writes. What is written is at once what
/// is read; that it may be lost is decided by whoever replays the trace.
/// </summary>
internal sealed class Disk : IBlockDevice
{
    private const int BlockSectors = 128;
    private readonly int number;
    private readonly string name;
    private readonly Trace? trace;
    private readonly Sector?[]?[] blocks;
    private readonly bool[] own;
    private readonly Lock gate = new();

    public Disk(int number, string name, int bytes, Trace? trace)
        : this(number, name, bytes / Sector.Bytes, new Sector?[((bytes / Sector.Bytes) + BlockSectors - 1) / BlockSectors][], trace)
    {
    }

    private Disk(int number, string name, int sectors, Sector?[]?[] blocks, Trace? trace)
    {
        (this.number, this.name, this.blocks, this.trace, Sectors) = (number, name, blocks, trace, sectors);
        own = new bool[blocks.Length];
    }

    public int Sectors { get; }

    public long Length => (long)Sectors * Sector.Bytes;

    public Sector? this[int sector]
    {
        get => blocks[sector / BlockSectors]?[sector % BlockSectors];
        set
        {
            int block = sector / BlockSectors;
            if (!own[block])
            {
                blocks[block] = (Sector?[]?)blocks[block]?.Clone() ?? new Sector?[BlockSectors];
                own[block] = true;
            }

            blocks[block]![sector % BlockSectors] = value;
        }
    }

    /// <summary>A copy. Neither is changed by writes to the other; the one that is forked is from now on the slower one.</summary>
    public Disk Fork(Trace? to)
    {
        Array.Clear(own);
        return new Disk(number, name, Sectors, (Sector?[]?[])blocks.Clone(), to);
    }

    public void ReadAt(long offset, Span<byte> buffer)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset + buffer.Length, Length);
        for (int done = 0; done < buffer.Length;)
        {
            int sector = (int)((offset + done) / Sector.Bytes);
            int inside = (int)((offset + done) % Sector.Bytes);
            if (inside == 0 && sector % BlockSectors == 0 && blocks[sector / BlockSectors] is null && buffer.Length - done >= BlockSectors * Sector.Bytes)
            {
                buffer.Slice(done, BlockSectors * Sector.Bytes).Clear();
                done += BlockSectors * Sector.Bytes;
                continue;
            }

            Span<byte> part = buffer.Slice(done, Math.Min(Sector.Bytes - inside, buffer.Length - done));
            Sector? held = this[sector];
            if (held is null)
            {
                part.Clear();
            }
            else if (ReferenceEquals(held, Sector.Unreadable))
            {
                throw new IOException($"{name}: sector {sector} cannot be read");
            }
            else
            {
                held.Data.Slice(inside, part.Length).CopyTo(part);
            }

            done += part.Length;
        }
    }

    public void ReadDirectAt(long offset, Span<byte> buffer) => ReadAt(offset, buffer);

    public void WriteAt(long offset, ReadOnlySpan<byte> data)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset + data.Length, Length);
        int first = (int)(offset / Sector.Bytes);
        int count = (int)((offset + data.Length + Sector.Bytes - 1) / Sector.Bytes) - first;
        var written = new Sector?[count];
        Span<byte> whole = stackalloc byte[Sector.Bytes];
        for (int i = 0; i < count; i++)
        {
            int from = (int)Math.Max(0, offset - ((long)(first + i) * Sector.Bytes));
            long at = ((long)(first + i) * Sector.Bytes) + from - offset;
            int part = Math.Min(Sector.Bytes - from, (int)(data.Length - at));
            if (part < Sector.Bytes)
            {
                ReadAt((long)(first + i) * Sector.Bytes, whole);
            }

            data.Slice((int)at, part).CopyTo(whole[from..]);
            written[i] = Sector.Of(whole);
        }

        lock (gate)
        {
            for (int i = 0; i < count; i++)
            {
                this[first + i] = written[i];
            }

            trace?.Add(new Op(OpKind.Write, number, first, written, "", null, $"{name} {first}+{count}"));
        }
    }

    public void Flush() => trace?.Add(new Op(OpKind.Flush, number, 0, [], "", null, $"{name} flush"));
}
