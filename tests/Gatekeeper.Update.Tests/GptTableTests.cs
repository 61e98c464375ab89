using Gatekeeper.Release;
using Gatekeeper.Update.Tests.Model;

namespace Gatekeeper.Update.Tests;

public sealed class GptTableTests
{
    private static readonly string[] All = ["gk-esp-a", "gk-sys-a", "gk-esp-b", "gk-sys-b", "gk-state", "gk-data"];

    [Fact]
    public void Crc32_CheckValue() => Assert.Equal(0xCBF4_3926u, Crc32.Of("123456789"u8)); // the algorithm's published check value

    [Theory]
    [InlineData(512)]
    [InlineData(4096)]
    public void Read_NamesPlacesAndGuids(int blockSize)
    {
        VolatileDisk disk = new GptBuilder(1024, blockSize).Add("gk-esp-a", 64, 127).Add("other", 128, 128).Build();
        IReadOnlyList<GptPartition> found = GptTable.Read(disk, blockSize)!;
        Assert.Equal(new GptPartition(1, "gk-esp-a", new Guid(1, 7, 7, new byte[8]), 64, 64, blockSize), found[0]);
        Assert.Equal((2, "other", 128L, 1L), (found[1].Number, found[1].Name, found[1].FirstLba, found[1].Blocks));
        Assert.Equal(64L * blockSize, found[0].Length);
    }

    [Fact]
    public void Read_DamagedPrimary_TakesTheBackup()
    {
        VolatileDisk disk = new GptBuilder(1024).Add("gk-esp-a", 64, 127).Build();
        disk.Damage(512 + 60);
        Assert.Single(GptTable.Read(disk, 512)!);
        disk.Damage((1023 * 512) + 60);
        Assert.Null(GptTable.Read(disk, 512));
    }

    [Fact]
    public void Read_DamagedEntries_TakesTheBackup()
    {
        VolatileDisk disk = new GptBuilder(1024).Add("gk-esp-a", 64, 127).Build();
        disk.Damage((2 * 512) + 56);
        Assert.Equal("gk-esp-a", Assert.Single(GptTable.Read(disk, 512)!).Name);
    }

    [Theory]
    [InlineData(12, 91)] // header size
    [InlineData(8, 2)] // revision
    [InlineData(24, 5)] // own place
    [InlineData(80, 129)] // number of entries
    [InlineData(81, 255)]
    [InlineData(84, 64)] // bytes of an entry
    [InlineData(72, 1)] // entries over the header
    [InlineData(75, 255)] // entries behind the disk
    [InlineData(40, 1)] // first usable block
    [InlineData(51, 255)] // last usable block behind the disk
    public void Read_HeaderFieldOutOfRange_IsNoTable(int offset, byte value)
    {
        var builder = new GptBuilder(1024);
        VolatileDisk disk = builder.Add("gk-esp-a", 64, 127).Build();
        builder.Patch(offset, value);
        disk.Damage(1023 * 512); // no backup
        Assert.Null(GptTable.Read(disk, 512));
    }

    [Theory]
    [InlineData(10, 127)] // before the usable part
    [InlineData(64, 1000)] // behind it
    [InlineData(128, 127)] // ends before it starts
    [InlineData(300, 400)] // over another
    public void Read_EntryOutOfRange_IsNoTable(long first, long last) =>
        Assert.Null(GptTable.Read(new GptBuilder(1024).Add("x", 350, 360).Add("gk-esp-a", first, last).Build(), 512));

    [Fact]
    public void Read_TinyDisk_IsNoTable() => Assert.Null(GptTable.Read(new VolatileDisk("d", new byte[1024], new PowerLine()), 512));

    [Fact]
    public void Choose_TakesTheOneDiskOfOurs()
    {
        SlotLayout layout = SlotLayout.Choose([("sda", Partitions("boot", "root")), ("vda", Partitions(All))]);
        Assert.Equal("vda", layout.Disk);
        Assert.Equal((1, 4, 5, 6), (layout[SlotSet.A, SlotPart.Efi].Number, layout[SlotSet.B, SlotPart.System].Number, layout.State.Number, layout.Data.Number));
    }

    public static TheoryData<string[][]> Wrong => new()
    {
        Array.Empty<string[]>(),
        new[] { new[] { "root" } },
        new[] { All, All },
        new[] { All, new[] { "gk-data" } },
        new[] { All[1..] },
        new[] { All[..^1] },
        new[] { new[] { "gk-state" }.Concat(All).ToArray() },
        new[] { All.Append("gk-esp-c").ToArray() },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Choose_AnythingElse_IsRefused(string[][] disks) =>
        Assert.Equal(Refusal.State, Assert.Throws<RefusedException>(() => SlotLayout.Choose([.. disks.Select((d, i) => ($"sd{i}", Partitions(d)))])).Code);

    private static IReadOnlyList<GptPartition> Partitions(params string[] names) =>
        [.. names.Select((n, i) => new GptPartition(i + 1, n, Guid.NewGuid(), 64 + i, 1, 512))];
}
