namespace Gatekeeper.Update.Tests.Model;

/// <summary>A data partition in memory: an unfinished copy stays there, as a file does.</summary>
public sealed class MemoryStage : IStageArea
{
    private (StageLabel Label, byte[] Bytes)? left;

    /// <summary>Each write that is done counts.</summary>
    public PowerLine Line { get; } = new();

    public byte[]? Whole { get; private set; }

    public bool Closed { get; private set; }

    public int Created { get; private set; }

    public int Writes { get; private set; }

    public bool Fails { get; set; }

    /// <summary>Reads of the unfinished copy that touch this offset fail; -1 for none.</summary>
    public long UnreadableAt { get; set; } = -1;

    public long Free { get; set; } = long.MaxValue;

    public long FreeBytes => Free;

    /// <summary>What an interrupted copy left, or null.</summary>
    public byte[]? Left => left?.Bytes;

    public IStageFile Create(StageLabel label, long length)
    {
        Created++;
        Discard();
        return Open(label, new byte[length]);
    }

    public IStageFile? Resume(StageLabel label, long length, out StageLabel before)
    {
        before = default;
        if (left is not { } part || part.Label.Digest != label.Digest)
        {
            return null;
        }

        before = part.Label;
        Whole = null;
        byte[] bytes = part.Bytes;
        Array.Resize(ref bytes, (int)Math.Max(length, bytes.Length));
        return Open(label, bytes, (int)length);
    }

    public IStageSource? Open() => Whole is null ? null : new StageBytes(Whole);

    public bool DiscardUnfinished()
    {
        bool there = left is not null;
        left = null;
        return there;
    }

    public void Discard() => (Whole, left) = (null, null);

    private Part Open(StageLabel label, byte[] bytes, int? length = null)
    {
        Closed = false;
        left = (label, bytes);
        return new Part(this, bytes, length ?? bytes.Length);
    }

    private sealed class Part(MemoryStage stage, byte[] bytes, int length) : IStageFile
    {
        public void ReadAt(long offset, Span<byte> buffer)
        {
            if (offset + buffer.Length > bytes.Length || (stage.UnreadableAt >= offset && stage.UnreadableAt < offset + buffer.Length))
            {
                throw new IOException("unreadable");
            }

            bytes.AsSpan((int)offset, buffer.Length).CopyTo(buffer);
        }

        public void WriteAt(long offset, ReadOnlySpan<byte> data)
        {
            if (stage.Fails)
            {
                throw new IOException("disk full");
            }

            stage.Writes++;
            data.CopyTo(bytes.AsSpan((int)offset));
            stage.Line.Step($"write at {offset}");
        }

        public void Complete()
        {
            stage.Line.Step("complete");
            (stage.Whole, stage.left) = (bytes[..length], null);
        }

        public void Dispose() => stage.Closed = true;
    }
}
