namespace Gatekeeper.Stick.Tests.FileSystems.Images;

/// <summary>A stick that costs only what is not zero, so that it may be larger than any disk here.</summary>
internal sealed class ImageStick(Image image, int sectorSize) : ISectorSource
{
    public int SectorSize => sectorSize;

    public long SectorCount => image.Length / sectorSize;

    public void Read(long lba, Span<byte> buffer)
    {
        SectorBounds.Check(this, lba, buffer.Length);
        image.Read(lba * sectorSize, buffer);
    }
}
