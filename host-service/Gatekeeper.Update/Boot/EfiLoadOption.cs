using System.Buffers.Binary;
using System.Text;

namespace Gatekeeper.Update;

/// <summary>
/// The one form of <c>EFI_LOAD_OPTION</c> that is ours (UEFI 2.10 §3.1.3): active, one hard-drive node, one file node, no optional data.
/// <see cref="Decode"/> reads that form only; an entry in any other form is not ours.
/// </summary>
/// <param name="Description">What the firmware's menu shows.</param>
/// <param name="PartitionNumber">1 is the first.</param>
/// <param name="FirstLba">First block of the partition.</param>
/// <param name="Blocks">Its number of blocks.</param>
/// <param name="PartitionGuid">Its GUID in the GPT: the only thing that names the set.</param>
/// <param name="File">Path of the loader with backslashes.</param>
public sealed record EfiLoadOption(string Description, int PartitionNumber, long FirstLba, long Blocks, Guid PartitionGuid, string File)
{
    private const uint Active = 1; // LOAD_OPTION_ACTIVE
    private const int HardDriveNode = 42; // UEFI 2.10 §10.3.5.1
    private static readonly byte[] EndNode = [0x7F, 0xFF, 4, 0];

    /// <summary>The entry's bytes as the variable holds them.</summary>
    public byte[] Encode()
    {
        byte[] file = Encoding.Unicode.GetBytes(File + "\0");
        byte[] path = new byte[HardDriveNode + 4 + file.Length + EndNode.Length];
        Span<byte> node = path;
        node[0] = 4; // media device path
        node[1] = 1; // hard drive
        BinaryPrimitives.WriteUInt16LittleEndian(node[2..], HardDriveNode);
        BinaryPrimitives.WriteInt32LittleEndian(node[4..], PartitionNumber);
        BinaryPrimitives.WriteInt64LittleEndian(node[8..], FirstLba);
        BinaryPrimitives.WriteInt64LittleEndian(node[16..], Blocks);
        PartitionGuid.TryWriteBytes(node[24..]);
        node[40] = 2; // GUID partition table
        node[41] = 2; // the signature is a GUID
        node = node[HardDriveNode..];
        node[0] = 4;
        node[1] = 4; // file path
        BinaryPrimitives.WriteUInt16LittleEndian(node[2..], checked((ushort)(4 + file.Length)));
        file.CopyTo(node[4..]);
        EndNode.CopyTo(node[(4 + file.Length)..]);

        byte[] description = Encoding.Unicode.GetBytes(Description + "\0");
        byte[] all = new byte[6 + description.Length + path.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(all, Active);
        BinaryPrimitives.WriteUInt16LittleEndian(all.AsSpan(4), checked((ushort)path.Length));
        description.CopyTo(all, 6);
        path.CopyTo(all, 6 + description.Length);
        return all;
    }

    /// <summary>Reads an entry, or answers null when it is not exactly what <see cref="Encode"/> makes.</summary>
    public static EfiLoadOption? Decode(ReadOnlySpan<byte> data)
    {
        if (data.Length < 6 || ReadText(data[6..]) is not { } description)
        {
            return null;
        }

        ReadOnlySpan<byte> node = data[(6 + ((description.Length + 1) * 2))..];
        if (node.Length < HardDriveNode + 4 || ReadText(node[(HardDriveNode + 4)..]) is not { } file)
        {
            return null;
        }

        var option = new EfiLoadOption(
            description,
            BinaryPrimitives.ReadInt32LittleEndian(node[4..]),
            BinaryPrimitives.ReadInt64LittleEndian(node[8..]),
            BinaryPrimitives.ReadInt64LittleEndian(node[16..]),
            new Guid(node.Slice(24, 16)),
            file);

        // What is accepted re-encodes to the same bytes: types, lengths, the active flag and the end need no rules of their own.
        return option.Encode().AsSpan().SequenceEqual(data) ? option : null;
    }

    private static string? ReadText(ReadOnlySpan<byte> data)
    {
        for (int i = 0; i + 1 < data.Length; i += 2)
        {
            if (data[i] == 0 && data[i + 1] == 0)
            {
                return Encoding.Unicode.GetString(data[..i]);
            }
        }

        return null;
    }
}
