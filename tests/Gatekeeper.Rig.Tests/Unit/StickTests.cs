using System.Buffers.Binary;
using Gatekeeper.StickImages;

namespace Gatekeeper.Rig.Tests.Unit;

/// <summary>The stick builders, judged by the file systems' own checkers.</summary>
public sealed class StickTests : IDisposable
{
    private readonly string folder = Repository.NewScratch("stick");
    private readonly byte[] content = [.. Enumerable.Range(0, 300_001).Select(i => unchecked((byte)((i * 31) + (i >> 9))))];

    [Theory]
    [InlineData(StickLabel.None, 0)]
    [InlineData(StickLabel.Mbr, 1 << 20)]
    [InlineData(StickLabel.Gpt, 1 << 20)]
    public async Task Fat32_IsCleanAndHoldsTheFile(StickLabel label, int at)
    {
        string stick = await Stick.Fat32Async(InFolder("stick"), 64, [new StickFile("release one.gku", Source())], label);
        string volume = Part(stick, at, 64 << 20);
        Assert.Equal("FAT32   ", System.Text.Encoding.ASCII.GetString(await File.ReadAllBytesAsync(volume), 82, 8));
        await HostTool.RunAsync("fsck.vfat", ["-n", volume]);
        await HostTool.RunAsync("mcopy", ["-i", volume, "::release one.gku", InFolder("back")]);
        Assert.Equal(content, await File.ReadAllBytesAsync(InFolder("back")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Exfat_IsCleanForItsChecker(bool fragmented)
    {
        string stick = await Stick.ExfatAsync(
            InFolder("stick"), 32, [new StickFile("a-name-of-more-than-15-characters.gku", Source()), new StickFile("b.gku", Source())], StickLabel.None, fragmented);
        string said = await HostTool.RunAsync("fsck.exfat", ["-n", stick]);
        Assert.Contains("clean", said, StringComparison.Ordinal);
        Assert.Contains("files 2", said, StringComparison.Ordinal);
        Assert.True((await File.ReadAllBytesAsync(stick)).AsSpan().IndexOf(content.AsSpan(0, 4096)) > 0);
    }

    [Fact]
    public async Task Exfat_ADamagedEntryIsSeenByTheChecker()
    {
        // Shows that the check above can fail.
        string stick = await Stick.ExfatAsync(InFolder("stick"), 32, [new StickFile("b.gku", Source())], StickLabel.None);
        byte[] bytes = await File.ReadAllBytesAsync(stick);
        int entry = bytes.AsSpan().IndexOf(new byte[] { 0xC1, 0, (byte)'b', 0, (byte)'.', 0 });
        bytes[entry + 2] = (byte)'c';
        await File.WriteAllBytesAsync(stick, bytes);
        Assert.NotEqual(0, (await HostTool.TryRunAsync("fsck.exfat", ["-n", stick])).ExitCode);
    }

    [Fact]
    public async Task Gpt_BothHeadersHaveRightChecksums()
    {
        byte[] disk = await File.ReadAllBytesAsync(await Stick.Fat32Async(InFolder("stick"), 64, [], StickLabel.Gpt));
        foreach (int at in new[] { 512, disk.Length - 512 })
        {
            byte[] header = disk[at..(at + 92)];
            Assert.Equal("EFI PART"u8.ToArray(), header[..8]);
            uint stated = BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(16));
            header.AsSpan(16, 4).Clear();
            Assert.Equal(stated, Crc32.Of(header));
            int table = checked((int)BinaryPrimitives.ReadInt64LittleEndian(header.AsSpan(72)) * 512);
            Assert.Equal(BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(88)), Crc32.Of(disk.AsSpan(table, 128 * 128)));
        }
    }

    [Fact]
    public async Task ACopyHasTheSameDigest_AndAWriteChangesIt()
    {
        string stick = await Stick.Ext4Async(InFolder("stick"), 16);
        string copy = await Stick.CopyAsync(stick, InFolder("copy"));
        Assert.Equal(await Stick.DigestAsync(stick), await Stick.DigestAsync(copy));
        await using (FileStream file = new(copy, FileMode.Open))
        {
            file.Position = 1 << 20;
            file.WriteByte(1);
        }
        Assert.NotEqual(await Stick.DigestAsync(stick), await Stick.DigestAsync(copy));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string InFolder(string name) => Path.Combine(folder, name);

    private string Source()
    {
        File.WriteAllBytes(InFolder("source"), content);
        return InFolder("source");
    }

    private string Part(string disk, int at, int length)
    {
        using FileStream from = File.OpenRead(disk);
        byte[] part = new byte[length];
        from.Position = at;
        from.ReadExactly(part);
        File.WriteAllBytes(InFolder("part"), part);
        return InFolder("part");
    }
}
