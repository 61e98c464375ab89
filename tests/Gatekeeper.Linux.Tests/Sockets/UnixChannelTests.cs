using Gatekeeper.Linux.Sockets;
using Microsoft.Win32.SafeHandles;

namespace Gatekeeper.Linux.Tests.Sockets;

public sealed class UnixChannelTests
{
    [Fact]
    public void BytesArriveWholeThoughTheSocketTakesThemInPieces()
    {
        (UnixChannel a, UnixChannel b) = UnixChannel.Pair();
        using (a)
        using (b)
        {
            byte[] sent = new byte[3 * 1024 * 1024];
            new Random(1).NextBytes(sent);
            var sender = new Thread(() => a.Send(sent, 10_000));
            sender.Start();
            byte[] got = new byte[sent.Length];
            b.Receive(got, 10_000);
            sender.Join();
            Assert.Equal(sent, got);
        }
    }

    [Fact]
    public void I11_ASilentEndTimesOut()
    {
        (UnixChannel a, UnixChannel b) = UnixChannel.Pair();
        using (a)
        using (b)
        {
            Assert.Throws<TimeoutException>(() => a.Receive(new byte[1], 30));
            Assert.Throws<TimeoutException>(() => a.Send(new byte[8 * 1024 * 1024], 30));
        }
    }

    [Fact]
    public void AnEndThatIsClosedIsTheEndOfTheStream()
    {
        (UnixChannel a, UnixChannel b) = UnixChannel.Pair();
        using (a)
        {
            b.Dispose();
            Assert.Throws<EndOfStreamException>(() => a.Receive(new byte[1], 1000));
            Assert.Throws<EndOfStreamException>(() => a.Send(new byte[1], 1000));
        }
    }

    [Fact]
    public void ADescriptorGoesOverAndIsTheSameOpenFile()
    {
        (UnixChannel a, UnixChannel b) = UnixChannel.Pair();
        using (a)
        using (b)
        {
            string path = Path.GetTempFileName();
            try
            {
                File.WriteAllText(path, "hello");
                using (SafeFileHandle file = File.OpenHandle(path))
                {
                    a.SendFd(file, 7);
                }

                using SafeFileHandle got = b.ReceiveFd(out byte marker);
                Assert.Equal(7, marker);
                byte[] bytes = new byte[5];
                Assert.Equal(5, RandomAccess.Read(got, bytes, 0));
                Assert.Equal("hello"u8.ToArray(), bytes);
            }
            finally
            {
                File.Delete(path);
            }
        }
    }

    [Fact]
    public void AByteWithoutADescriptorIsRefused()
    {
        (UnixChannel a, UnixChannel b) = UnixChannel.Pair();
        using (a)
        using (b)
        {
            a.Send([1], 1000);
            Assert.Throws<InvalidDataException>(() => b.ReceiveFd(out _));
        }
    }

    [Fact]
    public void ThePeerIsWhoTheKernelSaysItIs()
    {
        (UnixChannel a, UnixChannel b) = UnixChannel.Pair();
        using (a)
        using (b)
        {
            Assert.Equal(Environment.ProcessId, a.Peer.ProcessId);
            Assert.Equal(0u, a.Peer.UserId);
        }
    }
}
