using Gatekeeper.Linux.Processes;
using Gatekeeper.PortGate;
using Gatekeeper.Release;
using Gatekeeper.Stick;
using Gatekeeper.Stick.Boundary;
using Gatekeeper.Stick.FileSystems;
using Gatekeeper.StickImages;
using Microsoft.Win32.SafeHandles;

namespace Gatekeeper.Linux.Tests.Sandbox;

/// <summary>The real pump and the real walker do their whole work under the real policy, so that a call missing from the table is found here and not in the field.</summary>
public sealed class ConversationTests : IDisposable
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 150_000).Select(i => (byte)(i / 7 % 251))];

    private readonly SandboxBench bench = new();

    public void Dispose() => bench.Dispose();

    [Theory]
    [InlineData(VolumeKind.Fat12)]
    [InlineData(VolumeKind.Fat16)]
    [InlineData(VolumeKind.Fat32)]
    [InlineData(VolumeKind.ExFat)]
    public void AConfinedWalker_FindsWhatLiesOnAStick(VolumeKind kind)
    {
        var stick = new ImageSectors(Volume(kind));
        using StickChild walker = bench.Start(StickChild.WalkerRole);
        StickFile file = Assert.Single(WalkerClient.Find(walker.Channel, stick));
        Assert.Equal(("update.gku", Content.LongLength), (file.Name, file.Length));
        Assert.True(walker.Process.WaitForEnd(10_000));
        Assert.Equal("exit code 0", walker.Process.End);
    }

    [Fact]
    public void AConfinedWalker_RefusesAStickWithoutAFileSystem()
    {
        using StickChild walker = bench.Start(StickChild.WalkerRole);
        RefusedException refused = Assert.Throws<RefusedException>(() => WalkerClient.Find(walker.Channel, new ImageSectors(new MemoryImage(1 << 20))));
        Assert.Equal(Refusal.NoFileSystem, refused.Code);
        Assert.True(walker.Process.WaitForEnd(10_000));
        Assert.Equal("exit code 0", walker.Process.End);
    }

    [Fact]
    public void AConfinedPump_ReadsAStickThroughTheRealLibusb_AndTheWalkerWalksIt()
    {
        string image = Path.Combine(AppContext.BaseDirectory, $"stick-{Guid.NewGuid():N}.img");
        try
        {
            Volume(VolumeKind.Fat12).Save(image);
            using SandboxBench.Confined pump = bench.StartWith(StickChild.PumpRole, $"LD_PRELOAD={FakeUsbfs()}", $"GK_IMAGE={image}");
            using SafeFileHandle node = Node();
            pump.Ours.SendFd(node, (byte)'d');
            PumpClient stick = PumpClient.Open(pump.Ours, new OpenMessage(0, 0, 0x81, 0x02, UsbSpeed.High), new MonotonicClock());
            Assert.Equal(new FileInfo(image).Length, stick.SectorCount * stick.SectorSize);
            Assert.Equal("2", Assert.Single(SandboxBench.ThreadsOnceConfined(pump.Process.Id).Select(t => t["Seccomp"]).Distinct()));

            using StickChild walker = bench.Start(StickChild.WalkerRole);
            StickFile file = Assert.Single(WalkerClient.Find(walker.Channel, stick));
            Assert.Equal("update.gku", file.Name);

            byte[] whole = new byte[new FileInfo(image).Length];
            for (int at = 0; at < whole.Length; at += Limits.BoundaryReadBytes)
            {
                stick.Read(at / stick.SectorSize, whole.AsSpan(at, Math.Min(Limits.BoundaryReadBytes, whole.Length - at)));
            }

            Assert.Equal(File.ReadAllBytes(image), whole);
            pump.Ours.Dispose();
            Assert.True(pump.Process.WaitForEnd(10_000));
            Assert.Equal("exit code 0", pump.Process.End);
        }
        finally
        {
            File.Delete(image);
        }
    }

    [Fact]
    public void AConfinedPump_RefusesWhatIsNoStick()
    {
        using SandboxBench.Confined pump = bench.StartWith(StickChild.PumpRole);
        using SafeFileHandle node = Node();
        pump.Ours.SendFd(node, (byte)'d');
        RefusedException refused = Assert.Throws<RefusedException>(() => PumpClient.Open(pump.Ours, new OpenMessage(0, 0, 0x81, 0x02, UsbSpeed.High), new MonotonicClock()));
        Assert.Equal(Refusal.StickGone, refused.Code);
        Assert.True(pump.Process.WaitForEnd(10_000));
        Assert.Equal("exit code 0", pump.Process.End);
    }

    private static MemoryImage Volume(VolumeKind kind)
    {
        MemoryImage volume = StickMaker.Format(Maker.Mkfs, kind);
        StickMaker.Fill(volume, Maker.Mkfs, new StickTree().File("update.gku", Content));
        return volume;
    }

    // Beside the program, where a child may read it.
    private static string FakeUsbfs()
    {
        string library = Path.Combine(AppContext.BaseDirectory, "fake_usbfs.so");
        Tool.Run("gcc", "-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o", library, Path.Combine(AppContext.BaseDirectory, "Sandbox", "fake_usbfs.c"));
        return library;
    }

    /// <summary>What reading a stick's usbfs node gives: device and configuration descriptor (USB 2.0 §9.6), one interface 08/06/50 with two bulk endpoints.</summary>
    private static SafeFileHandle Node()
    {
        string path = Path.GetTempFileName();
        File.WriteAllBytes(path,
        [
            18, 1, 0, 2, 0, 0, 0, 64, 0x81, 0x07, 0x67, 0x55, 0, 1, 1, 2, 3, 1,
            9, 2, 32, 0, 1, 1, 0, 0x80, 100,
            9, 4, 0, 0, 2, 8, 6, 0x50, 0,
            7, 5, 0x81, 2, 0, 2, 0,
            7, 5, 0x02, 2, 0, 2, 0,
        ]);
        SafeFileHandle node = Libc.Open(path, Libc.O_RDWR | Libc.O_CLOEXEC);
        File.Delete(path);
        return node;
    }

    private sealed class ImageSectors(MemoryImage image) : ISectorSource
    {
        public int SectorSize => 512;

        public long SectorCount => image.Length / 512;

        public void Read(long lba, Span<byte> buffer) => image.Read(lba * 512, buffer);
    }
}
