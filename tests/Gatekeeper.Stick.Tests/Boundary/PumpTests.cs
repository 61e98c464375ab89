using Gatekeeper.PortGate;
using Gatekeeper.Release;
using Gatekeeper.Stick.Boundary;
using Gatekeeper.Stick.Tests.Transport;

namespace Gatekeeper.Stick.Tests.Boundary;

/// <summary>Client and server of the pump over a stream, and a client against a pump that was taken over.</summary>
public sealed class PumpTests : IDisposable
{
    private static readonly OpenMessage Endpoints = new(0, 0, 0x81, 0x02, UsbSpeed.High);

    private readonly MemoryChannel _ours;
    private readonly MemoryChannel _theirs;
    private readonly FakeClock _clock = new();
    private readonly MemoryStick _stick = new(100_000);
    private Thread? _pump;
    private Exception? _pumpEnd;

    public PumpTests() => (_ours, _theirs) = MemoryChannel.Pair();

    public void Dispose()
    {
        _ours.Dispose();
        _pump?.Join();
        Assert.True(_pumpEnd is null or EndOfStreamException, _pumpEnd?.ToString());
    }

    [Fact]
    public void AStickIsReadThroughThePump()
    {
        PumpClient client = Open();
        Assert.Equal((512, 100_000), (client.SectorSize, client.SectorCount));
        foreach ((long lba, int count) in new[] { (0L, 1), (99_999L, 1), (17L, 300), (0L, 5000), (95_000L, 5000) })
        {
            byte[] data = new byte[count * 512];
            client.Read(lba, data);
            Assert.Equal(MemoryStick.Content(lba, count), data);
        }
    }

    [Fact]
    public void ALongReadIsAskedForInPiecesOfTheLargestRead()
    {
        Open().Read(0, new byte[3 * 1024 * 1024]);
        Assert.Equal([(0, 2048), (2048, 2048), (4096, 2048)], _stick.Reads);
    }

    [Fact]
    public void WhatIsReadInOrderIsReadAheadAndOnlyOnce()
    {
        PumpClient client = Open();
        for (int i = 0; i < 20; i++)
        {
            byte[] data = new byte[256 * 512];
            client.Read(1000 + (i * 256), data);
            Assert.Equal(MemoryStick.Content(1000 + (i * 256), 256), data);
        }

        Assert.Equal(_stick.Reads.Count, _stick.Reads.Distinct().Count());
        Assert.InRange(_stick.Reads.Count, 20, 21);
    }

    [Fact]
    public void ReadingInOrderWithChangingSizesGivesTheRightBytes()
    {
        PumpClient client = Open();
        var random = new Random(5);
        long lba = 0;
        for (int i = 0; i < 200; i++)
        {
            int count = random.Next(1, 300);
            byte[] data = new byte[count * 512];
            client.Read(lba, data);
            Assert.Equal(MemoryStick.Content(lba, count), data);
            lba += random.Next(4) == 0 ? random.Next(0, 50) : count;
        }
    }

    [Fact]
    public void NothingIsReadBehindTheEndThatIsGiven()
    {
        PumpClient client = Open();
        client.ReadAheadEnd = 1024;
        for (int i = 0; i < 4; i++)
        {
            client.Read(i * 256, new byte[256 * 512]);
        }

        Assert.Equal(1024, _stick.Reads.Max(r => r.Lba + r.Sectors));
    }

    [Fact]
    public void ABadSectorThatNobodyAskedForIsNoRefusal()
    {
        _stick.BadFrom = 512;
        PumpClient client = Open();
        client.Read(0, new byte[256 * 512]);
        client.Read(256, new byte[256 * 512]); // reads ahead into the bad ones
        client.Read(3, new byte[512]);
        RefusedException refused = Assert.Throws<RefusedException>(() => client.Read(512, new byte[512]));
        Assert.Equal((Refusal.StickGone, "pump: bad sector"), (refused.Code, refused.Detail));
        client.Read(4, new byte[512]);
    }

    [Fact]
    public void ARefusalToOpenArrives()
    {
        StartPump(_ => throw new RefusedException(Refusal.StickGeometry, "blocks of 520 bytes"));
        RefusedException refused = Assert.Throws<RefusedException>(() => PumpClient.Open(_ours, Endpoints, _clock));
        Assert.Equal((Refusal.StickGeometry, "pump: blocks of 520 bytes"), (refused.Code, refused.Detail));
    }

    [Fact]
    public void APumpThatEndsIsGone()
    {
        PumpClient client = Open();
        _theirs.Dispose();
        Assert.Equal(Refusal.StickGone, Assert.Throws<RefusedException>(() => client.Read(0, new byte[512])).Code);
        Assert.Equal(Refusal.StickGone, Assert.Throws<RefusedException>(() => client.Read(0, new byte[512])).Code);
    }

    [Fact]
    public void I11_AReadAfterTheDeadlineIsRefused()
    {
        PumpClient client = Open();
        client.Deadline = 1000;
        client.Read(0, new byte[512]);
        _clock.Milliseconds = 1000;
        Assert.Equal(Refusal.StickTimeout, Assert.Throws<RefusedException>(() => client.Read(0, new byte[512])).Code);
    }

    [Theory]
    [InlineData(100_000, 512)]
    [InlineData(-1, 512)]
    [InlineData(0, 13)]
    public void ARangeOutsideTheStickIsOurOwnMistake(long lba, int bytes) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Open().Read(lba, new byte[bytes]));

    public static TheoryData<string, byte[], Refusal> Lies() => new()
    {
        { "another version", Frame(2, 17, 1, new byte[512]), Refusal.StickProtocol },
        { "reserved bytes", Changed(Frame(1, 17, 1, new byte[512]), 2, 1), Refusal.StickProtocol },
        { "another tag", Frame(1, 17, 2, new byte[512]), Refusal.StickProtocol },
        { "too little data", Frame(1, 17, 1, new byte[511]), Refusal.StickProtocol },
        { "too much data", Frame(1, 17, 1, new byte[513]), Refusal.StickProtocol },
        { "a length of 4 GiB", Changed(Frame(1, 17, 1, []), 11, 0xff), Refusal.StickProtocol },
        { "more data than any read", Changed(Frame(1, 17, 1, []), 10, 0x11), Refusal.StickProtocol },
        { "ready once more", Frame(1, 16, 1, new byte[12]), Refusal.StickProtocol },
        { "files", Frame(1, 18, 1, new byte[12]), Refusal.StickProtocol },
        { "an unknown message", Frame(1, 99, 1, []), Refusal.StickProtocol },
        { "a refusal it may not give", Frame(1, 19, 1, [(byte)Refusal.InstalledAlready, 0]), Refusal.StickProtocol },
        { "an unknown refusal", Frame(1, 19, 1, [0xff, 0xff]), Refusal.StickProtocol },
        { "half a refusal", Frame(1, 19, 1, [1]), Refusal.StickProtocol },
        { "a long refusal", Frame(1, 19, 1, new byte[2 + Limits.BoundaryDetailChars + 1]), Refusal.StickProtocol },
        { "a refusal", Frame(1, 19, 1, [(byte)Refusal.StickGone, 0, .. "pulled"u8]), Refusal.StickGone },
    };

    [Theory]
    [MemberData(nameof(Lies))]
    public void I05_APumpThatWasTakenOverIsRefused(string lie, byte[] answer, Refusal code)
    {
        PumpClient client = OpenAgainst(answer);
        RefusedException refused = Assert.Throws<RefusedException>(() => client.Read(0, new byte[512]));
        Assert.Equal(code, refused.Code);
        Assert.NotEmpty(lie);
    }

    [Theory]
    [InlineData(0, 100)]
    [InlineData(520, 100)]
    [InlineData(512, 0)]
    [InlineData(512, -1)]
    [InlineData(4096, long.MaxValue)]
    public void I05_AGeometryThatCannotBeIsRefused(int size, long count)
    {
        _theirs.Send(Frame(1, 16, 0, new GeometryMessage(size, count).Write()), -1);
        Assert.Equal(Refusal.StickProtocol, Assert.Throws<RefusedException>(() => PumpClient.Open(_ours, Endpoints, _clock)).Code);
    }

    [Fact]
    public void I09_WhatAPumpSaysIsPlainTextOrLeftOut()
    {
        PumpClient client = OpenAgainst(Frame(1, 19, 1, [(byte)Refusal.StickGone, 0, .. "\u001b[2Jnew root key"u8]));
        RefusedException refused = Assert.Throws<RefusedException>(() => client.Read(0, new byte[512]));
        Assert.Equal("pump: detail left out", refused.Detail);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 2049)]
    [InlineData(100_000, 1)]
    [InlineData(-1, 1)]
    [InlineData(0, -1)]
    public void APumpEndsAtARequestItCannotMean(long lba, int sectors)
    {
        Open();
        _ours.Send(Frame(1, 3, 1, new ReadMessage(lba, sectors).Write()), -1);
        _pump!.Join();
        Assert.IsType<InvalidDataException>(_pumpEnd);
        _pumpEnd = null;
        Assert.Empty(_stick.Reads);
    }

    private static byte[] Frame(byte version, byte type, uint tag, byte[] body) =>
        [version, type, 0, 0, .. BitConverter.GetBytes(tag), .. BitConverter.GetBytes(body.Length), .. body];

    private static byte[] Changed(byte[] bytes, int at, byte value)
    {
        bytes[at] = value;
        return bytes;
    }

    private PumpClient OpenAgainst(byte[] answer)
    {
        _theirs.Send(Frame(1, 16, 0, new GeometryMessage(512, 100).Write()), -1);
        _theirs.Send(answer, -1);
        return PumpClient.Open(_ours, Endpoints, _clock);
    }

    private PumpClient Open()
    {
        StartPump(_ => _stick);
        return PumpClient.Open(_ours, Endpoints, _clock);
    }

    private void StartPump(Func<OpenMessage, ISectorSource> open)
    {
        _pump = new Thread(() =>
        {
            try
            {
                PumpServer.Serve(new FrameChannel(_theirs), open);
            }
            catch (Exception e) when (e is IOException or InvalidDataException)
            {
                _pumpEnd = e;
            }
        });
        _pump.Start();
    }
}
