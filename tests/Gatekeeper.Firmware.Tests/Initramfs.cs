using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Gatekeeper.Rig;

namespace Gatekeeper.Firmware.Tests;

/// <summary>A file of an initramfs.</summary>
/// <param name="Mode">File type and permissions as in stat(2).</param>
/// <param name="Content">A symbolic link's is its target.</param>
public sealed record InitramfsFile(int Mode, byte[] Content)
{
    /// <summary>A regular file.</summary>
    public bool IsRegular => (Mode & 0xF000) == 0x8000;
}

/// <summary>Reads an initramfs as the kernel does: archives one behind the other, each a zstd frame, padded to four bytes.</summary>
public static class Initramfs
{
    /// <summary>Every entry by its path; a later archive's replaces an earlier one's.</summary>
    public static async Task<SortedDictionary<string, InitramfsFile>> ReadAsync(string path)
    {
        SortedDictionary<string, InitramfsFile> files = new(StringComparer.Ordinal);
        byte[] all = await File.ReadAllBytesAsync(path);
        string scratch = Repository.NewScratch("initramfs");
        try
        {
            for (int at = 0; at < all.Length;)
            {
                if (all[at] == 0)
                {
                    at++; // padding
                    continue;
                }
                int length = FrameLength(all.AsSpan(at));
                string frame = Path.Combine(scratch, "frame");
                await File.WriteAllBytesAsync(frame + ".zst", all.AsMemory(at, length));
                await HostTool.RunAsync("zstd", ["-q", "-d", "-f", frame + ".zst", "-o", frame]);
                ReadArchive(await File.ReadAllBytesAsync(frame), files);
                at += length;
            }
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
        return files;
    }

    // RFC 8878 section 3.1.1: magic, header, blocks, checksum.
    private static int FrameLength(ReadOnlySpan<byte> frame)
    {
        Assert.Equal(0xFD2FB528u, BinaryPrimitives.ReadUInt32LittleEndian(frame));
        int descriptor = frame[4];
        bool single = (descriptor & 0x20) != 0;
        int contentSize = (descriptor >> 6) switch { 0 => single ? 1 : 0, 1 => 2, 2 => 4, _ => 8 };
        int dictionary = (descriptor & 3) switch { 0 => 0, 1 => 1, 2 => 2, _ => 4 };
        int at = 5 + (single ? 0 : 1) + dictionary + contentSize;
        for (bool last = false; !last;)
        {
            int header = frame[at] | frame[at + 1] << 8 | frame[at + 2] << 16;
            last = (header & 1) != 0;
            at += 3 + ((header >> 1 & 3) == 1 ? 1 : header >> 3); // type 1 repeats one byte
        }
        return at + ((descriptor & 4) != 0 ? 4 : 0);
    }

    // Linux Documentation/driver-api/early-userspace/buffer-format.rst: "070701", 13 fields of 8 hex digits, name, content.
    private static void ReadArchive(byte[] archive, SortedDictionary<string, InitramfsFile> files)
    {
        for (int at = 0; ;)
        {
            Assert.Equal("070701", Encoding.ASCII.GetString(archive, at, 6));
            int Field(int index) => int.Parse(Encoding.ASCII.GetString(archive, at + 6 + 8 * index, 8), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            int size = Field(6), nameSize = Field(11);
            string name = Encoding.UTF8.GetString(archive, at + 110, nameSize - 1);
            int content = at + (110 + nameSize + 3 & ~3);
            if (name == "TRAILER!!!")
            {
                return;
            }
            Assert.Equal((0, 0), (Field(2), Field(3))); // owner root
            Assert.Equal(0, Field(5)); // modification time
            files[name] = new InitramfsFile(Field(1), archive[content..(content + size)]);
            at = content + (size + 3 & ~3);
        }
    }
}
