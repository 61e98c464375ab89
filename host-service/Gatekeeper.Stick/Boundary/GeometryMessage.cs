using System.Buffers.Binary;

namespace Gatekeeper.Stick.Boundary;

/// <summary>A stick's geometry: <c>sector-size[4] sector-count[8]</c>. <see cref="MessageType.Ready"/> and <see cref="MessageType.Begin"/>.</summary>
/// <param name="SectorSize">512 or 4096.</param>
/// <param name="SectorCount">1 or more.</param>
public readonly record struct GeometryMessage(int SectorSize, long SectorCount)
{
    /// <summary>The message.</summary>
    public byte[] Write()
    {
        byte[] body = new byte[12];
        BinaryPrimitives.WriteInt32LittleEndian(body, SectorSize);
        BinaryPrimitives.WriteInt64LittleEndian(body.AsSpan(4), SectorCount);
        return body;
    }

    /// <summary>Reads a claimed geometry.</summary>
    /// <exception cref="InvalidDataException">Sizes that no stick of ours has.</exception>
    public static GeometryMessage Read(ReadOnlySpan<byte> body)
    {
        var reader = new WireReader(body);
        var geometry = new GeometryMessage(reader.Int32(), reader.Int64());
        reader.End();
        return geometry is { SectorSize: 512 or 4096, SectorCount: > 0 } && geometry.SectorCount <= long.MaxValue / 4096
            ? geometry
            : throw new InvalidDataException("geometry out of range");
    }
}

/// <summary>A read: <c>lba[8] sectors[4]</c>.</summary>
/// <param name="Lba">First sector.</param>
/// <param name="Sectors">Sectors, 1 or more.</param>
public readonly record struct ReadMessage(long Lba, int Sectors)
{
    /// <summary>The message.</summary>
    public byte[] Write()
    {
        byte[] body = new byte[12];
        BinaryPrimitives.WriteInt64LittleEndian(body, Lba);
        BinaryPrimitives.WriteInt32LittleEndian(body.AsSpan(8), Sectors);
        return body;
    }

    /// <summary>Reads a claimed range and checks it against the stick and the largest read.</summary>
    /// <exception cref="InvalidDataException">Not a range of the stick, or too long.</exception>
    public static ReadMessage Read(ReadOnlySpan<byte> body, GeometryMessage stick, int mostBytes)
    {
        var reader = new WireReader(body);
        var read = new ReadMessage(reader.Int64(), reader.Int32());
        reader.End();
        return read.Sectors >= 1 && read.Sectors <= mostBytes / stick.SectorSize && read.Lba >= 0 && read.Lba <= stick.SectorCount - read.Sectors
            ? read
            : throw new InvalidDataException("read outside the stick, or too long");
    }
}
