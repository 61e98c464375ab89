namespace Gatekeeper.Rig.UsbRedir;

/// <summary>The bytes of an emulated stick. Not written to: a stick of the rig refuses every command that would.</summary>
public interface IStickData
{
    /// <summary>Bytes in all.</summary>
    long Length { get; }

    /// <summary>Fills the buffer from an offset on; the range lies inside <see cref="Length"/>.</summary>
    void Read(long offset, Span<byte> buffer);
}
