using System.Buffers.Binary;
using System.Text;

namespace Gatekeeper.Rig;

/// <summary>A partition's place on a disk.</summary>
/// <param name="Start">First byte.</param>
/// <param name="Length">Bytes.</param>
public readonly record struct DiskRange(long Start, long Length);

/// <summary>Where the named partitions of a raw disk image lie; reads the GPT's first copy (UEFI 2.10 §5.3).</summary>
public static class DiskMap
{
    /// <summary>Partition name to range.</summary>
    /// <exception cref="RigException">There is no GPT.</exception>
    public static IReadOnlyDictionary<string, DiskRange> Read(string image)
    {
        byte[] start = new byte[34 * 512];
        using (FileStream disk = new(image, FileMode.Open, FileAccess.Read, FileShare.ReadWrite))
        {
            disk.ReadExactly(start);
        }
        if (!start.AsSpan(512, 8).SequenceEqual("EFI PART"u8))
        {
            throw new RigException($"{image} has no GPT");
        }
        Dictionary<string, DiskRange> found = [];
        for (int at = 1024; at < start.Length; at += 128)
        {
            ReadOnlySpan<byte> entry = start.AsSpan(at, 128);
            long first = BinaryPrimitives.ReadInt64LittleEndian(entry[32..]);
            long last = BinaryPrimitives.ReadInt64LittleEndian(entry[40..]);
            string name = Encoding.Unicode.GetString(entry[56..]).TrimEnd('\0');
            if (entry[..16].ContainsAnyExcept((byte)0))
            {
                found.Add(name, new DiskRange(first * 512, (last - first + 1) * 512));
            }
        }
        return found;
    }
}
