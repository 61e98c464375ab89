using System.Net.Sockets;

namespace Gatekeeper.Rig;

/// <summary>Connects to the unix sockets that QEMU makes.</summary>
internal static class UnixSocket
{
    /// <summary>Connects, and hands the stream to whoever speaks over it; closed again when that fails.</summary>
    /// <exception cref="SocketException">Nobody listens there.</exception>
    public static async Task<T> ConnectAsync<T>(string path, Func<Stream, Task<T>> speak)
    {
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path));
            return await speak(new NetworkStream(socket, ownsSocket: true));
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
