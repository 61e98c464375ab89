using System.Diagnostics;
using System.Globalization;
using Gatekeeper.Linux.Storage;
using Gatekeeper.Release;
using Gatekeeper.Update;

namespace Gatekeeper.Linux.Tests.Storage;

/// <summary>Disks that Debian's sfdisk partitioned, behind a folder that looks like sysfs.</summary>
public sealed class DeviceDiskTests : IDisposable
{
    private const string Table = """
        label: gpt
        start=2048, size=2048, name=gk-esp-a, uuid=11111111-2222-3333-4444-555555555555
        start=4096, size=2048, name=gk-sys-a
        start=6144, size=2048, name=gk-esp-b
        start=8192, size=2048, name=gk-sys-b
        start=10240, size=16384, name=gk-state
        start=26624, size=2048, name=gk-data
        """;

    private readonly TemporaryFolder folder = new();

    public DeviceDiskTests()
    {
        Directory.CreateDirectory(folder["sys"]);
        Directory.CreateDirectory(folder["dev"]);
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Find_ReadsSfdisksTable_AndOpensThePartition()
    {
        Disk("vda", Table);
        Disk("sdb", "label: gpt\nstart=2048, size=2048, name=other");
        DeviceDisk disk = DeviceDisk.Find(folder["sys"], folder["dev"]);
        Assert.Equal("vda", disk.Layout.Disk);
        GptPartition esp = disk.Layout[SlotSet.A, SlotPart.Efi];
        Assert.Equal((1, 2048L, 2048L, new Guid("11111111-2222-3333-4444-555555555555")), (esp.Number, esp.FirstLba, esp.Blocks, esp.UniqueGuid));
        using LinuxBlockDevice state = disk.Open(disk.Layout.State);
        Assert.Equal(16384 * 512, state.Length);
        Assert.Equal(2048 * 512, disk.OpenSlots()[SlotSet.B, SlotPart.System].Length);
    }

    [Theory]
    [InlineData("removable")] // a stick with a copy of our table
    [InlineData("virtual")] // a loop device
    [InlineData("damaged")]
    [InlineData("gone")]
    public void Find_LeavesOutWhatIsNoBuiltInDisk(string kind)
    {
        Disk("vda", Table);
        Disk("sdb", Table, removable: kind == "removable", hardware: kind != "virtual");
        if (kind == "damaged")
        {
            File.WriteAllBytes(Path.Combine(folder["dev"], "sdb"), new byte[1024 * 1024]);
        }
        else if (kind == "gone")
        {
            File.Delete(Path.Combine(folder["dev"], "sdb"));
        }

        Assert.Equal("vda", DeviceDisk.Find(folder["sys"], folder["dev"]).Layout.Disk);
    }

    [Fact]
    public void Find_TwoBuiltInDisksOfOurs_IsRefused()
    {
        Disk("vda", Table);
        Disk("vdb", Table);
        Assert.Equal(Refusal.State, Assert.Throws<RefusedException>(() => DeviceDisk.Find(folder["sys"], folder["dev"])).Code);
    }

    [Theory]
    [InlineData("start", "4097")]
    [InlineData("size", "2047")]
    [InlineData("partition", "9")]
    public void Open_WhereTheKernelDiffersFromTheTable_IsRefused(string attribute, string value)
    {
        Disk("vda", Table);
        DeviceDisk disk = DeviceDisk.Find(folder["sys"], folder["dev"]);
        File.WriteAllText(Path.Combine(folder["sys"], "vda", "vda2", attribute), value + "\n");
        Assert.Equal(Refusal.State, Assert.Throws<RefusedException>(() => disk.Open(disk.Layout[SlotSet.A, SlotPart.System])).Code);
    }

    private void Disk(string name, string table, bool removable = false, bool hardware = true)
    {
        string node = Path.Combine(folder["dev"], name);
        using (FileStream file = File.Create(node))
        {
            file.SetLength(16 * 1024 * 1024);
        }

        var start = new ProcessStartInfo("/sbin/sfdisk", ["--quiet", "--no-tell-kernel", "--no-reread", node]) { RedirectStandardInput = true, RedirectStandardError = true };
        using Process sfdisk = Process.Start(start)!;
        sfdisk.StandardInput.Write(table);
        sfdisk.StandardInput.Close();
        string errors = sfdisk.StandardError.ReadToEnd();
        sfdisk.WaitForExit();
        Assert.True(sfdisk.ExitCode == 0, errors);

        string sys = Path.Combine(folder["sys"], name);
        Directory.CreateDirectory(Path.Combine(sys, "queue"));
        File.WriteAllText(Path.Combine(sys, "removable"), removable ? "1\n" : "0\n");
        File.WriteAllText(Path.Combine(sys, "queue", "logical_block_size"), "512\n");
        if (hardware)
        {
            Directory.CreateDirectory(Path.Combine(sys, "device"));
        }

        int number = 0;
        foreach (string line in table.Split('\n').Skip(1))
        {
            number++;
            string[] fields = [.. line.Split(',').Select(f => f[(f.IndexOf('=', StringComparison.Ordinal) + 1)..])];
            string part = string.Create(CultureInfo.InvariantCulture, $"{name}{number}");
            string directory = Path.Combine(sys, part);
            Directory.CreateDirectory(directory);
            File.WriteAllText(Path.Combine(directory, "partition"), $"{number}\n");
            File.WriteAllText(Path.Combine(directory, "start"), $"{fields[0]}\n");
            File.WriteAllText(Path.Combine(directory, "size"), $"{fields[1]}\n");
            using FileStream partition = File.Create(Path.Combine(folder["dev"], part));
            partition.SetLength(long.Parse(fields[1], CultureInfo.InvariantCulture) * 512);
        }
    }
}
