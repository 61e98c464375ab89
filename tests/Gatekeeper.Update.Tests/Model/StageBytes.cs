namespace Gatekeeper.Update.Tests.Model;

/// <summary>A complete stage in memory.</summary>
public sealed class StageBytes(byte[] bytes) : IStageSource
{
    public long Length => bytes.Length;

    public void ReadAt(long offset, Span<byte> buffer) => bytes.AsSpan((int)offset, buffer.Length).CopyTo(buffer);

    public void Dispose()
    {
    }
}
