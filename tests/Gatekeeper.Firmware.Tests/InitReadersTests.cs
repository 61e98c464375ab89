using System.Buffers.Binary;
using Gatekeeper.Rig;
using Gatekeeper.StickImages;

namespace Gatekeeper.Firmware.Tests;

/// <summary>What init reads from outside: the partition table, the kernel's command line, the boot loader's GUID.</summary>
public sealed class InitReadersTests(InitProbe probe) : IClassFixture<InitProbe>
{
    private const int Block = 512;
    private const int DiskBytes = 8 << 20;
    private const string Hash = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    private const string TwoPartitions = "1 gk-esp-a 2048 4095\n2 gk-sys-a 4096 8191\n";

    [Fact]
    public async Task Gpt_MadeBySgdisk_IsRead() => Assert.Equal(TwoPartitions, (await ReadAsync(_ => { })).Output);

    [Fact]
    public async Task Gpt_PrimaryDamaged_BackupIsRead()
        => Assert.Equal(TwoPartitions, (await ReadAsync(disk => disk[Block] ^= 1)).Output);

    [Theory]
    [InlineData(Block + 16, "header checksum")]
    [InlineData(Block + 24, "the header's own place")]
    [InlineData(2 * Block + 32, "an entry's first block")]
    public async Task Gpt_OneBitFlippedInBoth_IsRefused(int at, string what)
    {
        int backup = at < 2 * Block ? DiskBytes - Block + (at - Block) : DiskBytes - 33 * Block + (at - 2 * Block);
        ToolResult result = await ReadAsync(disk => { disk[at] ^= 1; disk[backup] ^= 1; });
        Assert.True(result.ExitCode == 1, what);
    }

    [Theory]
    [InlineData(80, 129u, "more entries than the limit")]
    [InlineData(84, 64u, "entries of another size")]
    [InlineData(12, 513u, "a header longer than its block")]
    [InlineData(12, 91u, "a header too short")]
    [InlineData(72, 0xffffffu, "a table behind the end")]
    [InlineData(72, 1u, "a table over the header")]
    public async Task Gpt_HeaderClaimsNonsense_IsRefusedEvenWithGoodChecksum(int offset, uint value, string what)
    {
        ToolResult result = await ReadAsync(disk =>
        {
            foreach (int header in new[] { Block, DiskBytes - Block })
            {
                BinaryPrimitives.WriteUInt32LittleEndian(disk.AsSpan(header + offset), value);
                Seal(disk, header);
            }
        });
        Assert.True(result.ExitCode == 1, what);
    }

    [Theory]
    [InlineData(32, 9000ul, "begins behind its end")]
    [InlineData(40, 1ul << 40, "ends behind the disk")]
    public async Task Gpt_PartitionOutsideTheDisk_IsRefusedEvenWithGoodChecksum(int offset, ulong value, string what)
    {
        ToolResult result = await ReadAsync(disk =>
        {
            foreach ((int header, int table) in new[] { (Block, 2 * Block), (DiskBytes - Block, DiskBytes - 33 * Block) })
            {
                BinaryPrimitives.WriteUInt64LittleEndian(disk.AsSpan(table + offset), value);
                BinaryPrimitives.WriteUInt32LittleEndian(disk.AsSpan(header + 88), Crc32.Of(disk.AsSpan(table, 128 * 128)));
                Seal(disk, header);
            }
        });
        Assert.True(result.ExitCode == 1, what);
    }

    [Fact]
    public async Task Gpt_TwoPartitionsOfOneName_NeitherIsFound()
    {
        ToolResult result = await ReadAsync(_ => { }, "--change-name=2:gk-esp-a");
        Assert.Equal("1 gk-esp-a 2048 4095 not unique\n2 gk-esp-a 4096 8191 not unique\n", result.Output);
    }

    [Fact]
    public async Task CommandLine_AsBuilt_IsRead()
        => Assert.Equal($"verity {Hash} {Hash} 10591\ntrial 90\n", await CommandLineAsync($"console=ttyS0 gk.trial=90 gk.verity={Hash}:{Hash}:10591"));

    [Theory]
    [InlineData("")]
    [InlineData("gk.verity=")]
    [InlineData("gk.verity=" + Hash + ":" + Hash)]
    [InlineData("gk.verity=" + Hash + ":" + Hash + ":0")]
    [InlineData("gk.verity=" + Hash + ":" + Hash + ":-1")]
    [InlineData("gk.verity=" + Hash + ":" + Hash + ":1073741825")]
    [InlineData("gk.verity=" + Hash + ":" + Hash + ":99999999999999999999")]
    [InlineData("gk.verity=" + Hash + ":" + Hash + ":1:1")]
    [InlineData("gk.verity=" + Hash + "0:" + Hash + ":1")]
    [InlineData("gk.verity=/dev/vda2:" + Hash + ":1")]
    public async Task CommandLine_BadVerity_IsNone(string text) => Assert.StartsWith("no verity\n", await CommandLineAsync(text), StringComparison.Ordinal);

    [Theory]
    [InlineData("gk.trial=0")]
    [InlineData("gk.trial=3601")]
    [InlineData("gk.trial=forever")]
    public async Task CommandLine_BadTrial_IsTheDefault(string text) => Assert.EndsWith("trial 120\n", await CommandLineAsync(text), StringComparison.Ordinal);

    [Fact]
    public async Task Guid_FirstThreeGroupsAreLittleEndian()
        => Assert.Equal("28732ac11ff8d211ba4b00a0c93ec93b\n", (await probe.AskAsync("guid", "C12A7328-F81F-11D2-BA4B-00A0C93EC93B")).Output);

    [Theory]
    [InlineData("")]
    [InlineData("C12A7328-F81F-11D2-BA4B-00A0C93EC93")]
    [InlineData("C12A7328-F81F-11D2-BA4B-00A0C93EC93BB")]
    [InlineData("C12A7328+F81F-11D2-BA4B-00A0C93EC93B")]
    [InlineData("C12A7328-F81F-11D2-BA4B-00A0C93EC9 B")]
    public async Task Guid_OfAnotherForm_IsRefused(string text) => Assert.Equal(1, (await probe.AskAsync("guid", text)).ExitCode);

    [Theory]
    [InlineData("yes", "119999", "feed")]
    [InlineData("yes", "120000", "starve")]
    [InlineData("no", "900000", "feed")]
    [InlineData("unknown", "900000", "feed")]
    public async Task I15_OnlyAnUnkeptTrialPastItsTimeIsStarved(string trial, string now, string answer)
        => Assert.Equal(answer + "\n", (await probe.AskAsync("feed", trial, now, "120000")).Output);

    private static void Seal(byte[] disk, int header)
    {
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(disk.AsSpan(header + 12));
        disk.AsSpan(header + 16, 4).Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(disk.AsSpan(header + 16), Crc32.Of(disk.AsSpan(header, (int)Math.Min(length, Block))));
    }

    private async Task<string> CommandLineAsync(string text) => (await probe.AskAsync("cmdline", text)).Output;

    private async Task<ToolResult> ReadAsync(Action<byte[]> change, params string[] more)
    {
        string file = Path.Combine(probe.Folder, $"{Guid.NewGuid():N}.img");
        await using (FileStream empty = new(file, FileMode.CreateNew))
        {
            empty.SetLength(DiskBytes);
        }
        await HostTool.RunAsync("/usr/sbin/sgdisk",
            ["--new=1:2048:4095", "--change-name=1:gk-esp-a", "--new=2:4096:8191", "--change-name=2:gk-sys-a", .. more, file]);
        byte[] disk = await File.ReadAllBytesAsync(file);
        change(disk);
        await File.WriteAllBytesAsync(file, disk);
        return await probe.AskAsync("gpt", file, $"{Block}");
    }
}
