using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Gatekeeper.TufClient.Tests.Support;

/// <summary>What the server says to one request.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Body">The bytes, or null for bytes without end.</param>
internal sealed record Answer(int Status, byte[]? Body)
{
    public static readonly Answer NotFound = new(404, []);

    /// <summary>Header lines beside those that every answer has.</summary>
    public string Headers { get; init; } = "";

    /// <summary>Content-Length, when it is to be a lie; -1 leaves the header out.</summary>
    public long? Length { get; init; }

    public static Answer Of(byte[]? bytes) => bytes is null ? NotFound : new Answer(200, bytes);
}

/// <summary>An HTTP/1.1 server on the loopback address that answers as it is told to, lies included, and remembers what it was asked.</summary>
internal sealed class LoopbackServer : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly ConcurrentQueue<string> requests = new();
    private readonly Task accepting;

    public LoopbackServer(Func<string, Answer> answer)
    {
        Respond = answer;
        listener.Start();
        accepting = AcceptAsync();
    }

    /// <summary>Path to answer. May be replaced between requests.</summary>
    public Func<string, Answer> Respond { get; set; }

    public string Url => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/");

    /// <summary>The paths that were asked for, in order, as they stood in the requests.</summary>
    public IReadOnlyList<string> Requests => [.. requests];

    public void Forget() => requests.Clear();

    /// <summary>Hangs up: from now on nobody answers.</summary>
    public void Stop()
    {
        stop.Cancel();
        listener.Stop();
        accepting.Wait();
    }

    public void Dispose()
    {
        Stop();
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await listener.AcceptTcpClientAsync(stop.Token));
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                NetworkStream stream = client.GetStream();
                using var reader = new StreamReader(stream, Encoding.ASCII);
                string line = await reader.ReadLineAsync(stop.Token) ?? "";
                while (await reader.ReadLineAsync(stop.Token) is { Length: > 0 })
                {
                    // Headers say nothing that matters here.
                }

                string path = line.Split(' ')[1].TrimStart('/');
                requests.Enqueue(path);
                await AnswerAsync(stream, Respond(path));
            }
            catch (Exception fault) when (fault is IOException or OperationCanceledException or SocketException or IndexOutOfRangeException)
            {
                // The client hung up, as it must on endless bytes.
            }
        }
    }

    private async Task AnswerAsync(NetworkStream stream, Answer answer)
    {
        long length = answer.Length ?? answer.Body?.Length ?? -1;
        string head = $"HTTP/1.1 {answer.Status} X\r\nConnection: close\r\n{answer.Headers}{(length < 0 ? "" : $"Content-Length: {length}\r\n")}\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head), stop.Token);
        await stream.WriteAsync(answer.Body ?? [], stop.Token);
        byte[] more = new byte[64 * 1024];
        while (answer.Body is null)
        {
            await stream.WriteAsync(more, stop.Token);
        }
    }
}
