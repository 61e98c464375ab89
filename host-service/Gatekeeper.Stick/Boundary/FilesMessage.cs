using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using Gatekeeper.Release;
using Gatekeeper.Stick.FileSystems;

namespace Gatekeeper.Stick.Boundary;

/// <summary>
/// What the walker found.
/// <code>
/// files[1] { name-length[1] name[..] length[8] extents[4] { lba[8] length[8] } }
/// </code>
/// Every rule of <see cref="StickFile"/> is checked again by the reader: the walker that claims it has read hostile bytes.
/// </summary>
public static class FilesMessage
{
    private const string FolderPrefix = ReleaseName.Folder + "/";
    private const int MostFiles = 2 * Limits.MaxReleaseFiles; // releases, and what may lie beside them
    private const int MaxName = Limits.MaxReleaseNameLength + 11;

    /// <summary>Bytes at most.</summary>
    public const int MostBytes = 1 + (MostFiles * (1 + MaxName + 8 + 4)) + (Limits.MaxExtents * 16);

    /// <summary>The message.</summary>
    public static byte[] Write(IReadOnlyList<StickFile> files)
    {
        byte[] body = new byte[1 + files.Sum(f => 13 + f.Name.Length + (16 * f.Extents.Length))];
        body[0] = (byte)files.Count;
        Span<byte> rest = body.AsSpan(1);
        foreach (StickFile file in files)
        {
            rest[0] = (byte)Encoding.ASCII.GetBytes(file.Name, rest[1..]);
            rest = rest[(1 + rest[0])..];
            BinaryPrimitives.WriteInt64LittleEndian(rest, file.Length);
            BinaryPrimitives.WriteInt32LittleEndian(rest[8..], file.Extents.Length);
            rest = rest[12..];
            foreach (Extent extent in file.Extents)
            {
                BinaryPrimitives.WriteInt64LittleEndian(rest, extent.Lba);
                BinaryPrimitives.WriteInt64LittleEndian(rest[8..], extent.Length);
                rest = rest[16..];
            }
        }

        return body;
    }

    /// <summary>Reads and checks what a walker claims.</summary>
    /// <exception cref="InvalidDataException">A rule of <see cref="StickFile"/> does not hold.</exception>
    public static ImmutableArray<StickFile> Read(ReadOnlySpan<byte> body, GeometryMessage stick)
    {
        var reader = new WireReader(body);
        int count = reader.Byte();
        if (count is 0 or > MostFiles)
        {
            throw new InvalidDataException($"{count} files");
        }

        ImmutableArray<StickFile>.Builder files = ImmutableArray.CreateBuilder<StickFile>(count);
        int extents = 0;
        for (int i = 0; i < count; i++)
        {
            files.Add(ReadFile(ref reader, stick, ref extents));
        }

        reader.End();
        return files.MoveToImmutable();
    }

    private static StickFile ReadFile(ref WireReader reader, GeometryMessage stick, ref int extents)
    {
        string name = Name(reader.Take(reader.Byte()));
        long length = reader.Int64();
        int count = reader.Int32();
        if (count < 0 || count > Limits.MaxExtents - extents)
        {
            throw new InvalidDataException($"more than {Limits.MaxExtents} extents");
        }

        extents += count;
        ImmutableArray<Extent>.Builder list = ImmutableArray.CreateBuilder<Extent>(count);
        long sum = 0;
        for (int i = 0; i < count; i++)
        {
            var extent = new Extent(reader.Int64(), reader.Int64());
            bool last = i == count - 1;
            if (extent.Length < 1 || (!last && extent.Length % stick.SectorSize != 0))
            {
                throw new InvalidDataException("extent that ends inside a sector");
            }

            long sectors = ((extent.Length - 1) / stick.SectorSize) + 1;
            if (extent.Lba < 0 || sectors > stick.SectorCount || extent.Lba > stick.SectorCount - sectors)
            {
                throw new InvalidDataException("extent outside the stick");
            }

            sum = checked(sum + extent.Length);
            list.Add(extent);
        }

        return sum == length ? new StickFile(name, length, list.MoveToImmutable()) : throw new InvalidDataException("length is not the sum of the extents");
    }

    private static string Name(ReadOnlySpan<byte> bytes)
    {
        string name = Encoding.Latin1.GetString(bytes);
        string bare = name.StartsWith(FolderPrefix, StringComparison.Ordinal) ? name[FolderPrefix.Length..] : name;
        return ReleaseName.IsValid(bare) ? name : throw new InvalidDataException("not a release's name");
    }
}
