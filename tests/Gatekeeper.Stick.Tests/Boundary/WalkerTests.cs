using System.Collections.Immutable;
using Gatekeeper.Release;
using Gatekeeper.Stick.Boundary;
using Gatekeeper.Stick.FileSystems;

namespace Gatekeeper.Stick.Tests.Boundary;

public sealed class WalkerTests : IDisposable
{
    private static readonly GeometryMessage Geometry = new(512, 1000);

    private readonly MemoryChannel _ours;
    private readonly MemoryChannel _theirs;
    private readonly MemoryStick _stick = new(1000);

    public WalkerTests() => (_ours, _theirs) = MemoryChannel.Pair();

    public void Dispose() => _ours.Dispose();

    [Fact]
    public void AStickWithoutAFileSystemIsRefusedByARealWalker()
    {
        var walker = new Thread(() => WalkerServer.Serve(new FrameChannel(_theirs)));
        walker.Start();
        RefusedException refused = Assert.Throws<RefusedException>(() => WalkerClient.Find(_ours, _stick));
        walker.Join();
        Assert.Equal(Refusal.NoFileSystem, refused.Code);
        Assert.StartsWith("walker: ", refused.Detail, StringComparison.Ordinal);
        Assert.NotEmpty(_stick.Reads);
    }

    [Fact]
    public void WhatTheStickRefusesPassesThrough()
    {
        _stick.BadFrom = 0;
        var walker = new Thread(() => Assert.Throws<EndOfStreamException>(() => WalkerServer.Serve(new FrameChannel(_theirs))));
        walker.Start();
        RefusedException refused = Assert.Throws<RefusedException>(() => WalkerClient.Find(_ours, _stick));
        Assert.Equal((Refusal.StickGone, "bad sector"), (refused.Code, refused.Detail));
        _ours.Dispose();
        walker.Join();
    }

    [Fact]
    public void FilesGoOverWhole()
    {
        StickFile[] files =
        [
            new("a.gku", 1000, [new Extent(5, 512), new Extent(900, 488)]),
            new("gatekeeper/B 2.GKU", 0, []),
            new("c.gkr", 51_200, [new Extent(900, 51_200)]),
        ];
        ImmutableArray<StickFile> got = FilesMessage.Read(FilesMessage.Write(files), Geometry);
        Assert.Equal(files.Select(f => (f.Name, f.Length)), got.Select(f => (f.Name, f.Length)));
        Assert.Equal(files.SelectMany(f => f.Extents), got.SelectMany(f => f.Extents));
    }

    public static TheoryData<string, StickFile> Claims() => new()
    {
        { "name that is none", new StickFile("a.txt", 0, []) },
        { "name with a path", new StickFile("../a.gku", 0, []) },
        { "name in another folder", new StickFile("other/a.gku", 0, []) },
        { "name with a control character", new StickFile("a\n.gku", 0, []) },
        { "no name", new StickFile(string.Empty, 0, []) },
        { "length above the extents", new StickFile("a.gku", 513, [new Extent(0, 512)]) },
        { "negative length", new StickFile("a.gku", -1, []) },
        { "extent of nothing", new StickFile("a.gku", 0, [new Extent(0, 0)]) },
        { "extent of less than nothing", new StickFile("a.gku", 0, [new Extent(0, 512), new Extent(1, -512)]) },
        { "extent that ends inside a sector before the last", new StickFile("a.gku", 612, [new Extent(0, 100), new Extent(1, 512)]) },
        { "extent before the stick", new StickFile("a.gku", 512, [new Extent(-1, 512)]) },
        { "extent behind the stick", new StickFile("a.gku", 512, [new Extent(1000, 512)]) },
        { "extent over the end", new StickFile("a.gku", 1024, [new Extent(999, 1024)]) },
        { "extent of everything there is", new StickFile("a.gku", long.MaxValue, [new Extent(0, long.MaxValue)]) },
        { "extents whose sum overflows", new StickFile("a.gku", -2, [new Extent(0, long.MaxValue & ~511L), new Extent(0, long.MaxValue)]) },
    };

    [Theory]
    [MemberData(nameof(Claims))]
    public void I05_AClaimThatCannotBeIsRefused(string claim, StickFile file)
    {
        byte[] body = FilesMessage.Write([file]);
        Assert.Throws<InvalidDataException>(() => FilesMessage.Read(body, Geometry));
        Assert.NotEmpty(claim);
    }

    [Fact]
    public void I05_FilesCutAtAnyByteAreRefused()
    {
        byte[] body = FilesMessage.Write([new StickFile("a.gku", 1000, [new Extent(5, 512), new Extent(900, 488)])]);
        for (int length = 0; length < body.Length; length++)
        {
            byte[] cut = body[..length];
            Assert.Throws<InvalidDataException>(() => FilesMessage.Read(cut, Geometry));
        }

        Assert.Throws<InvalidDataException>(() => FilesMessage.Read([.. body, 0], Geometry));
    }

    [Fact]
    public void I11_TooManyFilesOrExtentsAreRefused()
    {
        StickFile[] files = [.. Enumerable.Repeat(new StickFile("a.gku", 0, []), (2 * Limits.MaxReleaseFiles) + 1)];
        Assert.Throws<InvalidDataException>(() => FilesMessage.Read(FilesMessage.Write(files), Geometry));

        Extent[] extents = [.. Enumerable.Repeat(new Extent(0, 512), Limits.MaxExtents + 1)];
        byte[] many = FilesMessage.Write([new StickFile("a.gku", 512L * extents.Length, [.. extents])]);
        Assert.Throws<InvalidDataException>(() => FilesMessage.Read(many, Geometry));
    }

    public static TheoryData<string, MessageType, byte[]> Lies() => new()
    {
        { "read outside the stick", MessageType.Read, new ReadMessage(1000, 1).Write() },
        { "read before the stick", MessageType.Read, new ReadMessage(-1, 1).Write() },
        { "read of nothing", MessageType.Read, new ReadMessage(0, 0).Write() },
        { "read longer than a walk needs", MessageType.Read, new ReadMessage(0, (Limits.WalkLineBytes / 512) + 1).Write() },
        { "half a read", MessageType.Read, new byte[11] },
        { "data", MessageType.Data, new byte[12] },
        { "a refusal for the pump to give", MessageType.Refused, [(byte)Refusal.StickGone, 0] },
        { "no files", MessageType.Files, [0] },
    };

    [Theory]
    [MemberData(nameof(Lies))]
    public void I05_AWalkerThatWasTakenOverIsRefused(string lie, MessageType type, byte[] body)
    {
        new FrameChannel(_theirs).Send(type, 1, body, -1);
        RefusedException refused = Assert.Throws<RefusedException>(() => WalkerClient.Find(_ours, _stick));
        Assert.Equal(Refusal.FileSystemDamaged, refused.Code);
        Assert.StartsWith("walker broke its protocol: ", refused.Detail, StringComparison.Ordinal);
        Assert.Empty(_stick.Reads);
        Assert.NotEmpty(lie);
    }

    [Fact]
    public void I11_AWalkerThatReadsWithoutEndIsRefused()
    {
        var endless = new Thread(() =>
        {
            var channel = new FrameChannel(_theirs);
            byte[] read = new ReadMessage(0, 1).Write();
            try
            {
                channel.ReceiveBody(channel.ReceiveHead(-1), -1);
                while (true)
                {
                    channel.Send(MessageType.Read, 1, read, -1);
                    channel.ReceiveBody(channel.ReceiveHead(-1), -1);
                }
            }
            catch (IOException)
            {
                // killed
            }
        });
        endless.Start();
        RefusedException refused = Assert.Throws<RefusedException>(() => WalkerClient.Find(_ours, _stick));
        Assert.Equal(Refusal.FileSystemDamaged, refused.Code);
        Assert.InRange(_stick.Reads.Count, 1, Limits.WalkerReads + 1);
        _ours.Dispose();
        endless.Join();
    }

    [Fact]
    public void AWalkerThatEndsIsRefused()
    {
        _theirs.Dispose();
        Assert.Equal(Refusal.FileSystemDamaged, Assert.Throws<RefusedException>(() => WalkerClient.Find(_ours, _stick)).Code);
    }
}
