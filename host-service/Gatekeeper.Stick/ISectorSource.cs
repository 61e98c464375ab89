using Gatekeeper.Release;

namespace Gatekeeper.Stick;

/// <summary>The sectors of a stick, wherever they are read: in the pump over SCSI, in <c>gatekeeperd</c> through the pump, in the walker through <c>gatekeeperd</c>.
/// Every byte is a claim, and a second read may answer differently (I04).</summary>
public interface ISectorSource
{
    /// <summary>Bytes of a sector: 512 or 4096.</summary>
    int SectorSize { get; }

    /// <summary>Sectors in all, 1 or more.</summary>
    long SectorCount { get; }

    /// <summary>Fills <paramref name="buffer"/>, whose length is a multiple of <see cref="SectorSize"/>, from sector <paramref name="lba"/> on, wholly.</summary>
    /// <exception cref="RefusedException">The stick, or the process that holds it, failed, or its time or its budget is up.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The range is not inside the stick, or the length is no multiple of a sector.</exception>
    void Read(long lba, Span<byte> buffer);
}

/// <summary>Sectors of a medium that is asked in parts, and in smaller ones after failures.</summary>
public interface IPartedSource : ISectorSource
{
    /// <summary>Bytes of one part now.</summary>
    int PartBytes { get; }
}
