using System.Buffers.Binary;
using Gatekeeper.Update;
using Gatekeeper.Update.Tests.Model;

namespace Gatekeeper.Crash.Tests.Model;

/// <summary>
/// The stage on a data partition, in the order of Gatekeeper.Linux's StageFiles: part file, fsync, rename, fsync of the directory. Sector 0
/// stands for the directory: it holds the name and length of a whole stage, or nothing. The content lies behind it. What an interrupted copy
/// left is not offered again here; that it counts for nothing but what its hashes say is shown by the stage's own tests.
/// </summary>
internal sealed class DataStage(Disk data, Trace? record) : IStageArea
{
    private readonly Disk disk = data;
    private readonly Trace? trace = record;

    public long FreeBytes => disk.Length - Sector.Bytes;

    /// <summary>The whole stage, as its name says; null: there is none.</summary>
    public static byte[]? Read(Disk disk)
    {
        byte[] name = new byte[Sector.Bytes];
        disk.ReadAt(0, name);
        int length = BinaryPrimitives.ReadInt32LittleEndian(name);
        if (length == 0)
        {
            return null;
        }

        byte[] stage = new byte[length];
        disk.ReadAt(Sector.Bytes, stage);
        return stage;
    }

    public IStageFile Create(StageLabel label, long length)
    {
        Discard();
        return new Part(this, (int)length);
    }

    public IStageFile? Resume(StageLabel label, long length, out StageLabel before)
    {
        before = default;
        return null;
    }

    public bool DiscardUnfinished() => false;

    public IStageSource? Open() => Read(disk) is { } bytes ? new StageBytes(bytes) : null;

    // Without a flush: a stage that comes back after a cut is verified like any other.
    public void Discard()
    {
        Name(0);
        trace?.MarkLast(op => op with { Stage = StagePromise.Nothing });
    }

    private void Name(int length)
    {
        byte[] name = new byte[Sector.Bytes];
        BinaryPrimitives.WriteInt32LittleEndian(name, length);
        disk.WriteAt(0, name);
    }

    private sealed class Part(DataStage stage, int length) : IStageFile
    {
        public void ReadAt(long offset, Span<byte> buffer) => stage.disk.ReadAt(Sector.Bytes + offset, buffer);

        public void WriteAt(long offset, ReadOnlySpan<byte> data) => stage.disk.WriteAt(Sector.Bytes + offset, data);

        public void Complete()
        {
            stage.disk.Flush();
            stage.Name(length);
            stage.disk.Flush();
            stage.trace?.MarkLast(op => op with { Stage = StagePromise.Whole });
        }

        public void Dispose()
        {
        }
    }
}
