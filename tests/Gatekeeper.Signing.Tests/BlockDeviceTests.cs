using Gatekeeper.Signing.Sticks;

namespace Gatekeeper.Signing.Tests;

/// <summary>Which disks may be overwritten, judged on made-up machines: folders that look like /sys and /proc.</summary>
public sealed class BlockDeviceTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("gatekeeper-sys-").FullName;

    public BlockDeviceTests()
    {
        Disk("sdb", "8:16", removable: "1");
        File.WriteAllText(Folder("/proc/self") + "/mountinfo", "22 1 254:1 / / rw - ext4 /dev/vda1 rw\n");
        File.WriteAllText(_root + "/proc/swaps", "Filename Type Size Used Priority\n");
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void RemovableIdleDisk_NeedsYes()
    {
        BlockDevice disk = BlockDevice.Find("/dev/sdb", _root)!;
        Assert.Equal(new BlockDevice("sdb", 2048 * 512, 512, "Make Model", true, null), disk);
        ToolException e = Assert.Throws<ToolException>(() => StickTarget.Check("/dev/sdb", disk, yes: false));
        Assert.Equal((ExitCode.Output, "all data on /dev/sdb (Make Model, 1 MB) would be lost"), (e.Code, e.Message));
        StickTarget.Check("/dev/sdb", disk, yes: true);
    }

    [Fact]
    public void FixedDisk_SaysSo()
    {
        Disk("sdc", "8:32", removable: "0");
        ToolException e = Assert.Throws<ToolException>(() => StickTarget.Check("/dev/sdc", BlockDevice.Find("/dev/sdc", _root)!, yes: false));
        Assert.Contains("is not removable", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void UsbDisk_IsRemovableWhateverItsFlagSays()
    {
        string real = Folder("/sys/devices/pci0000:00/usb1/1-1/block/sdd");
        File.WriteAllText(real + "/removable", "0\n");
        File.WriteAllText(real + "/dev", "8:48\n");
        File.WriteAllText(real + "/size", "2048\n");
        Directory.CreateSymbolicLink(Folder("/sys/class/block") + "/sdd", real);
        Assert.True(BlockDevice.Find("/dev/sdd", _root)!.Removable);
    }

    [Theory]
    [InlineData("40 22 8:16 / /media/stick rw - vfat /dev/sdb rw", "it is mounted at /media/stick")]
    [InlineData("40 22 8:17 / /media/stick rw - vfat /dev/sdb1 rw", "it is mounted at /media/stick")]
    public void MountedDiskOrPartition_IsRefusedEvenWithYes(string mount, string expected)
    {
        Partition("sdb", "sdb1", "8:17");
        File.AppendAllText(_root + "/proc/self/mountinfo", mount + "\n");
        BlockDevice disk = BlockDevice.Find("/dev/sdb", _root)!;
        Assert.Equal(expected, disk.InUse);
        Assert.Equal(ExitCode.Output, Assert.Throws<ToolException>(() => StickTarget.Check("/dev/sdb", disk, yes: true)).Code);
    }

    [Fact]
    public void SwapAndMappedDisks_AreInUse()
    {
        Partition("sdb", "sdb1", "8:17");
        File.AppendAllText(_root + "/proc/swaps", "/dev/sdb1 partition 1000 0 -2\n");
        Assert.Equal("it is used as swap", BlockDevice.Find("/dev/sdb", _root)!.InUse);
        Folder("/sys/class/block/sdb/sdb1/holders/dm-0");
        Assert.Equal("it is part of dm-0", BlockDevice.Find("/dev/sdb", _root)!.InUse);
    }

    [Fact]
    public void OtherSectorSizes_AreRefused()
    {
        File.WriteAllText(_root + "/sys/class/block/sdb/queue/logical_block_size", "4096\n");
        Assert.Throws<ToolException>(() => StickTarget.Check("/dev/sdb", BlockDevice.Find("/dev/sdb", _root)!, yes: true));
    }

    [Fact]
    public void Partition_IsNoDisk()
    {
        Folder("/sys/class/block/sdb1");
        File.WriteAllText(_root + "/sys/class/block/sdb1/partition", "1\n");
        Assert.Contains("is a partition", Assert.Throws<ToolException>(() => BlockDevice.Find("/dev/sdb1", _root)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIsNotInDev_IsAnImage()
    {
        Assert.Null(BlockDevice.Find("stick.img", _root));
        Assert.Null(BlockDevice.Find("/tmp/stick.img", _root));
        Assert.Throws<ToolException>(() => BlockDevice.Find("/dev/full", _root));
        Assert.Throws<ToolException>(() => BlockDevice.Find("/tmp/../dev/full", _root));
    }

    private void Disk(string name, string number, string removable)
    {
        string folder = Folder("/sys/class/block/" + name);
        File.WriteAllText(folder + "/dev", number + "\n");
        File.WriteAllText(folder + "/size", "2048\n");
        File.WriteAllText(folder + "/removable", removable + "\n");
        Directory.CreateDirectory(folder + "/holders");
        File.WriteAllText(Folder($"/sys/class/block/{name}/queue") + "/logical_block_size", "512\n");
        File.WriteAllText(Folder($"/sys/class/block/{name}/device") + "/vendor", "Make    \n");
        File.WriteAllText(folder + "/device/model", "Model   \n");
    }

    private void Partition(string disk, string name, string number)
    {
        string folder = Folder($"/sys/class/block/{disk}/{name}");
        File.WriteAllText(folder + "/partition", "1\n");
        File.WriteAllText(folder + "/dev", number + "\n");
        Directory.CreateDirectory(folder + "/holders");
    }

    private string Folder(string path) => Directory.CreateDirectory(_root + path).FullName;
}
