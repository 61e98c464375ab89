using Gatekeeper.Release;

namespace Gatekeeper.Stick.Tests.FileSystems.Hostile;

/// <summary>A stick whose structures are broken on purpose, and what must become of it.</summary>
/// <param name="Name">What is wrong with it.</param>
/// <param name="Expected">The refusal, or null when the damage is none of a reader's business and a release must be found.</param>
/// <param name="Make">Makes the stick.</param>
internal sealed record HostileImage(string Name, Refusal? Expected, Func<ISectorSource> Make)
{
    /// <summary>Sectors that may be read of it. The default: 40 lines of the cache, four times what an honest walk of a small volume takes.</summary>
    public long MaxSectors { get; init; } = 40L * Limits.WalkLineBytes / 512;

    /// <summary>Bytes that the walk may allocate, garbage included. The default: the whole cache, and as much again for everything else.</summary>
    public long MaxAllocated { get; init; } = 2L * Limits.MaxWalkLines * Limits.WalkLineBytes;

    /// <summary>For directories and chains that go on until a limit, out of the cache: the name of each entry, or the lists of extents as they grow.</summary>
    public HostileImage OutOfTheCache() => this with { MaxAllocated = MaxAllocated + (128L * Limits.MaxDirectoryEntries) };

    /// <summary>For what is built to cost: all reads that the walk allows itself, and a record for each directory entry or extent.</summary>
    public HostileImage AtTheLimits() => this with
    {
        MaxSectors = (long)Limits.MaxWalkReads * Limits.WalkLineBytes / 512,
        MaxAllocated = MaxAllocated + (64L * Limits.MaxExtents) + (256L * Limits.MaxDirectoryEntries),
    };
}

/// <summary>Counts what is read of a stick.</summary>
internal sealed class CountingStick(ISectorSource stick) : ISectorSource
{
    public long Sectors { get; private set; }

    public int SectorSize => stick.SectorSize;

    public long SectorCount => stick.SectorCount;

    public void Read(long lba, Span<byte> buffer)
    {
        SectorBounds.Check(this, lba, buffer.Length);
        Sectors += buffer.Length / SectorSize;
        stick.Read(lba, buffer);
    }
}

/// <summary>A stick that makes its sectors up when they are read, so that it may hold more than any memory.</summary>
internal sealed class MadeUpStick(long sectors, Action<long, Span<byte>> fill) : ISectorSource
{
    public int SectorSize => 512;

    public long SectorCount => sectors;

    public void Read(long lba, Span<byte> buffer)
    {
        for (int at = 0; at < buffer.Length; at += 512, lba++)
        {
            buffer.Slice(at, 512).Clear();
            fill(lba, buffer.Slice(at, 512));
        }
    }
}
