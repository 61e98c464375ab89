using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Gatekeeper.Signing.Sticks;

/// <summary>The file system of a stick.</summary>
internal enum StickFileSystem
{
    /// <summary>FAT32, read by everything; no file above 4 GiB.</summary>
    Fat32,

    /// <summary>exFAT, for releases above 4 GiB in one file.</summary>
    ExFat,
}

/// <summary>How a stick is written.</summary>
/// <param name="FileSystem">Its file system.</param>
/// <param name="PartitionTable">True for an MBR with one partition, false for a file system over the whole stick.</param>
/// <param name="Time">The date of its files.</param>
internal sealed record StickOptions(StickFileSystem FileSystem, bool PartitionTable, DateTimeOffset Time);

/// <summary>Writes a fresh file system with the given files and nothing else, reads all files back and compares.</summary>
internal static class StickWriter
{
    private const int Step = 1 << 20;
    private const long PartitionStart = 2048; // sectors: 1 MiB, as every partitioning tool does

    /// <summary>Bytes of an image that holds files of <paramref name="bytes"/> bytes in all: with some room, in whole MiB.</summary>
    internal static long ImageSize(long bytes) => Math.Max(64L << 20, (bytes + (bytes / 50) + (16L << 20) + Step - 1) / Step * Step);

    /// <summary>Plans the file system on a medium of <paramref name="bytes"/> bytes.</summary>
    internal static IVolumeLayout Plan(long bytes, IReadOnlyList<StickFile> files, StickOptions options)
    {
        long first = options.PartitionTable ? PartitionStart : 0;
        var plan = new VolumePlan(first, (bytes / VolumePlan.SectorSize) - first, Serial(files), options.Time, files);
        return options.FileSystem == StickFileSystem.Fat32 ? new Fat32Layout(plan) : new ExFatLayout(plan);
    }

    /// <summary>Writes and compares.</summary>
    /// <param name="target">Where to.</param>
    /// <param name="files">The files.</param>
    /// <param name="options">How.</param>
    /// <param name="progress">Told the bytes done at each step; all files' bytes twice in the end.</param>
    /// <exception cref="ToolException">What was read back is not what was written.</exception>
    internal static void Write(StickTarget target, IReadOnlyList<StickFile> files, StickOptions options, Action<long> progress)
    {
        IVolumeLayout layout = Plan(target.Bytes, files, options);
        long start = options.PartitionTable ? PartitionStart * VolumePlan.SectorSize : 0;
        var whole = new VolumeWriter(target.Handle, 0, target.Blank);

        // What was there before must not be found again: a partition table at either end, other file systems' marks.
        whole.Zero(0, Math.Min(Step, target.Bytes));
        whole.Zero(Math.Max(0, target.Bytes - Step), Math.Min(Step, target.Bytes));
        target.Flush();
        var volume = new VolumeWriter(target.Handle, start, target.Blank);
        for (int i = 0; i < files.Count; i++)
        {
            volume.Copy(layout.FileOffsets[i], files[i], progress);
        }

        layout.WriteStructures(volume);
        if (options.PartitionTable)
        {
            whole.Write(0, MasterBootRecord(layout.PartitionType, target.Bytes, Serial(files)));
        }

        target.Flush();
        for (int i = 0; i < files.Count; i++)
        {
            Compare(target, start + layout.FileOffsets[i], files[i], progress);
        }
    }

    private static void Compare(StickTarget target, long offset, StickFile file, Action<long> progress)
    {
        byte[] expected = new byte[Step];
        byte[] found = new byte[Step];
        for (long done = 0; done < file.Length; done += Step)
        {
            int length = (int)Math.Min(Step, file.Length - done);
            VolumeWriter.ReadExactly(file.Source.SafeFileHandle, expected.AsSpan(0, length), file.Offset + done);
            VolumeWriter.ReadExactly(target.Handle, found.AsSpan(0, length), offset + done);
            if (!expected.AsSpan(0, length).SequenceEqual(found.AsSpan(0, length)))
            {
                throw new ToolException(ExitCode.Output, $"{file.Name} reads back different near byte {done}", "the stick is bad: throw it away");
            }

            progress(length);
        }
    }

    // From names and sizes, not from a clock: the same release makes the same image.
    private static uint Serial(IReadOnlyList<StickFile> files)
    {
        string text = string.Join('\n', files.Select(f => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{f.Name} {f.Length}")));
        return BinaryPrimitives.ReadUInt32LittleEndian(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)));
    }

    private static byte[] MasterBootRecord(byte type, long bytes, uint signature)
    {
        byte[] sector = new byte[VolumePlan.SectorSize];
        BinaryPrimitives.WriteUInt32LittleEndian(sector.AsSpan(440), signature);
        Span<byte> entry = sector.AsSpan(446, 16);
        new byte[] { 0x00, 0xFE, 0xFF, 0xFF, type, 0xFE, 0xFF, 0xFF }.CopyTo(entry); // no cylinders: the sector numbers count
        BinaryPrimitives.WriteUInt32LittleEndian(entry[8..], (uint)PartitionStart);
        BinaryPrimitives.WriteUInt32LittleEndian(entry[12..], (uint)Math.Min(uint.MaxValue, (bytes / VolumePlan.SectorSize) - PartitionStart));
        BinaryPrimitives.WriteUInt16LittleEndian(sector.AsSpan(510), 0xAA55);
        return sector;
    }
}
