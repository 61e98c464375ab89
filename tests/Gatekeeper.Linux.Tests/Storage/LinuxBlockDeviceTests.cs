using Gatekeeper.Linux.Storage;

namespace Gatekeeper.Linux.Tests.Storage;

public sealed class LinuxBlockDeviceTests : IDisposable
{
    private const int Length = (3 * 1024 * 1024) + 1536;
    private readonly TemporaryFolder folder = new();
    private readonly byte[] content = new byte[Length];

    public LinuxBlockDeviceTests()
    {
        new Random(1).NextBytes(content);
        File.WriteAllBytes(folder["disk"], content);
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(0, 1)]
    [InlineData(511, 2)]
    [InlineData(4096, 4096)]
    [InlineData(4095, 4098)]
    [InlineData(1000, 3 * 1024 * 1024)] // more than one bounce buffer
    [InlineData(Length - 1, 1)] // the last, partial sector
    [InlineData(Length - 1536, 1536)]
    [InlineData(0, Length)]
    [InlineData(Length, 0)]
    public void ReadAndDirectRead_AnyRange_IsTheFilesBytes(int offset, int length)
    {
        using LinuxBlockDevice device = LinuxBlockDevice.Open(folder["disk"], writable: false);
        Assert.Equal(Length, device.Length);
        byte[] buffer = new byte[length];
        device.ReadAt(offset, buffer);
        Assert.Equal(content[offset..(offset + length)], buffer);
        Array.Clear(buffer);
        device.ReadDirectAt(offset, buffer);
        Assert.Equal(content[offset..(offset + length)], buffer);
    }

    [Theory]
    [InlineData(512 * 1024, 10, 768 * 1024)] // arrived in time: one piece more
    [InlineData(512 * 1024, 30, 512 * 1024)]
    [InlineData(4 * 1024 * 1024, 60, 2 * 1024 * 1024)] // late: half
    [InlineData(512 * 1024, 400, 512 * 1024)] // never less than two pieces
    [InlineData(8 * 1024 * 1024, 1, 8 * 1024 * 1024)] // never more than the limit
    public void I15_WhatIsOnItsWay_IsWhatTheMediumWritesInFiftyMilliseconds(long window, double milliseconds, long next) =>
        Assert.Equal(next, WriteBehind.Next(window, Gatekeeper.Release.Limits.LeaseWriteBytes, milliseconds));

    [Fact]
    public void ManyPieces_AreAllThereAfterAFlush()
    {
        using LinuxBlockDevice device = LinuxBlockDevice.Open(folder["disk"], writable: true);
        byte[] other = new byte[Length];
        new Random(2).NextBytes(other);
        for (int round = 0; round < 4; round++)
        {
            for (int at = 0; at < Length; at += 100_000)
            {
                device.WriteAt(at, other.AsSpan(at, Math.Min(100_000, Length - at)));
            }

            device.WriteAt(5, []);
        }

        device.Flush();
        Assert.Equal(other, File.ReadAllBytes(folder["disk"]));
    }

    [Fact]
    public void Write_IsSeenByADirectRead()
    {
        using LinuxBlockDevice device = LinuxBlockDevice.Open(folder["disk"], writable: true);
        device.WriteAt(100_000, [1, 2, 3]);
        device.Flush();
        byte[] buffer = new byte[5];
        device.ReadDirectAt(99_999, buffer);
        Assert.Equal([content[99_999], 1, 2, 3, content[100_003]], buffer);
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(Length, 1)]
    [InlineData(Length - 1, 2)]
    public void RangeOutside_IsOurMistake(int offset, int length)
    {
        using LinuxBlockDevice device = LinuxBlockDevice.Open(folder["disk"], writable: true);
        Assert.Throws<ArgumentOutOfRangeException>(() => device.ReadAt(offset, new byte[length]));
        Assert.Throws<ArgumentOutOfRangeException>(() => device.ReadDirectAt(offset, new byte[length]));
        Assert.Throws<ArgumentOutOfRangeException>(() => device.WriteAt(offset, new byte[length]));
    }

    [Fact]
    public void FileThatShrank_IsAnIoError()
    {
        using LinuxBlockDevice device = LinuxBlockDevice.Open(folder["disk"], writable: false);
        using (FileStream file = File.OpenWrite(folder["disk"]))
        {
            file.SetLength(1000);
        }

        Assert.Throws<IOException>(() => device.ReadAt(500, new byte[1000]));
        Assert.Throws<IOException>(() => device.ReadDirectAt(500, new byte[1000]));
    }

    [Fact]
    public void Missing_IsAnIoErrorWithItsNumber() =>
        Assert.Equal(Errno.ENOENT, Assert.Throws<LinuxException>(() => LinuxBlockDevice.Open(folder["none"], writable: false)).Error);

    [Fact]
    public void ReadOnly_DoesNotWrite()
    {
        using LinuxBlockDevice device = LinuxBlockDevice.Open(folder["disk"], writable: false);
        Assert.ThrowsAny<Exception>(() => device.WriteAt(0, [1]));
        Assert.Equal(content, File.ReadAllBytes(folder["disk"]));
    }
}
