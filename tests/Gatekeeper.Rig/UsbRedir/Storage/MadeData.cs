using Gatekeeper.StickImages;

namespace Gatekeeper.Rig.UsbRedir;

/// <summary>An emulated stick over an image in memory, which nobody writes to any more.</summary>
public sealed class MadeData(MemoryImage image) : IStickData
{
    /// <inheritdoc/>
    public long Length => image.Length;

    /// <inheritdoc/>
    public void Read(long offset, Span<byte> buffer) => image.Read(offset, buffer);
}
