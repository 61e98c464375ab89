using System.Net;

namespace Gatekeeper.TufClient;

/// <summary>Bounded downloads: in bytes by the caller, in time by this class, so that a server can neither fill the disk nor hold the client for ever.</summary>
public sealed class RepositoryHttp : IDisposable
{
    private const int BufferBytes = 64 * 1024;
    private const int MaxRedirects = 5;

    // A minute for an answer and its beginning; after that at least so fast. A slower repository is no better than none (TUF 1.0.34 §1.5.2, slow retrieval).
    private const int GraceSeconds = 60;
    private const int LeastBytesPerSecond = 16 * 1024;

    private readonly HttpClient client;
    private readonly TimeProvider clock;

    /// <summary>A client for one command.</summary>
    /// <param name="clock">Measures how long an answer takes.</param>
    public RepositoryHttp(TimeProvider clock)
    {
        this.clock = clock;
        var handler = new SocketsHttpHandler { MaxAutomaticRedirections = MaxRedirects, AutomaticDecompression = DecompressionMethods.None, UseCookies = false };
        client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Fetches a file into memory.</summary>
    /// <param name="from">The base URL.</param>
    /// <param name="name">The rest of the URL, escaped.</param>
    /// <param name="limit">Bytes it may have.</param>
    /// <param name="stop">Ends it early.</param>
    /// <returns>Its bytes, or null when the server says that there is none.</returns>
    /// <exception cref="ClientException">No answer, another answer, or more bytes.</exception>
    public async Task<byte[]?> TryGetAsync(Uri from, string name, long limit, CancellationToken stop)
    {
        using var bytes = new MemoryStream();
        bool found = await FetchAsync(from, name, limit, piece => bytes.WriteAsync(piece, stop), stop).ConfigureAwait(false);
        return found ? bytes.ToArray() : null;
    }

    /// <summary>Fetches a file piece by piece.</summary>
    /// <param name="from">The base URL.</param>
    /// <param name="name">The rest of the URL, escaped.</param>
    /// <param name="limit">Bytes it may have.</param>
    /// <param name="take">Takes each piece.</param>
    /// <param name="stop">Ends it early.</param>
    /// <returns>False when the server says that there is none.</returns>
    /// <exception cref="ClientException">No answer, another answer, or more bytes.</exception>
    public async Task<bool> FetchAsync(Uri from, string name, long limit, Func<ReadOnlyMemory<byte>, ValueTask> take, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(take);
        // The name is sent as it was escaped: the framework would resolve "..", and the server is asked for what the metadata says.
        var uri = new Uri(from.AbsoluteUri + name, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using var time = new CancellationTokenSource(TimeSpan.FromSeconds(GraceSeconds + (limit / LeastBytesPerSecond)), clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(stop, time.Token);
        try
        {
            using HttpResponseMessage answer = await client.GetAsync(uri, HttpCompletionOption.ResponseHeadersRead, both.Token).ConfigureAwait(false);
            if (answer.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Forbidden)
            {
                return false;
            }

            if (answer.StatusCode != HttpStatusCode.OK)
            {
                throw new ClientException($"the server answers {(int)answer.StatusCode} for {name}", "try again later");
            }

            using Stream body = await answer.Content.ReadAsStreamAsync(both.Token).ConfigureAwait(false);
            await CopyAsync(body, name, limit, take, both.Token).ConfigureAwait(false);
            return true;
        }
        catch (Exception fault) when (fault is HttpRequestException or HttpIOException || (fault is OperationCanceledException && time.IsCancellationRequested))
        {
            throw new ClientException($"no complete answer for {name}", $"is the server at {from.Authority} running?");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();

    private static async Task CopyAsync(Stream body, string name, long limit, Func<ReadOnlyMemory<byte>, ValueTask> take, CancellationToken stop)
    {
        byte[] buffer = new byte[BufferBytes];
        long left = limit;
        for (int count; (count = await body.ReadAsync(buffer, stop).ConfigureAwait(false)) > 0; left -= count)
        {
            if (count > left)
            {
                throw new ClientException($"{name} is longer than the {limit} bytes it may have", "the repository's files are damaged, or somebody is feeding endless data");
            }

            await take(buffer.AsMemory(0, count)).ConfigureAwait(false);
        }
    }
}
