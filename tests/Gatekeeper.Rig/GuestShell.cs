using System.Globalization;
using System.Text;

namespace Gatekeeper.Rig;

/// <summary>What a command in the guest answered.</summary>
/// <param name="ExitCode">0 to 255.</param>
/// <param name="Output">Standard output and error together, lines end with \n, no last line end.</param>
public sealed record ShellResult(int ExitCode, string Output);

/// <summary>
/// The root shell that the rig image (never a shipped one) has on ttyS1. A command's output stands between two lines that only the
/// guest can write: the markers are sent in halves, so that an echo of the input is no marker.
/// </summary>
public sealed class GuestShell : IAsyncDisposable
{
    // A terminal line holds 4095 bytes (N_TTY_BUF_SIZE): the rest would be dropped without a word.
    private const int LongestLine = 4000;

    // What init writes each time it starts the shell (BOOT-CONTRACT.md): whatever was asked before gets no answer any more.
    private const string StartedAnew = "rig-shell-ready\n";

    private readonly Stream stream;
    private readonly StringBuilder pending = new();
    private readonly byte[] chunk = new byte[65536];
    private readonly Decoder utf8 = Encoding.UTF8.GetDecoder();
    private readonly SemaphoreSlim oneCommand = new(1, 1);
    private Task<int>? reading;
    private int marker;

    /// <summary>A shell behind any stream.</summary>
    public GuestShell(Stream stream) => this.stream = stream;

    /// <summary>Connects to the socket that QEMU made of ttyS1.</summary>
    public static Task<GuestShell> ConnectAsync(string socketPath) => UnixSocket.ConnectAsync(socketPath, stream => Task.FromResult(new GuestShell(stream)));

    /// <summary>Waits until the shell answers, as after a (re)start of the guest.</summary>
    /// <param name="limit">The longest wait.</param>
    /// <param name="explain">Added to the failure.</param>
    public async Task WaitReadyAsync(TimeSpan limit, Func<string>? explain = null)
    {
        try
        {
            await Wait.UntilAsync("shell in the guest", limit, async () =>
            {
                try
                {
                    return await AnswersAsync(TimeSpan.FromSeconds(4));
                }
                catch (RigException)
                {
                    return false;
                }
            });
        }
        catch (RigException late)
        {
            throw new RigException($"{late.Message}\n{explain?.Invoke()}", late);
        }
    }

    /// <summary>Runs a command that must end with 0.</summary>
    /// <returns>Its output.</returns>
    /// <exception cref="RigException">Another exit code, or no end in time.</exception>
    public async Task<string> RunAsync(string command, TimeSpan? limit = null)
    {
        ShellResult result = await TryAsync(command, limit);
        return result.ExitCode == 0
            ? result.Output
            : throw new RigException($"in the guest: {command}\nended with {result.ExitCode}:\n{result.Output}");
    }

    /// <summary>Runs a command; lines of at most 4000 bytes each.</summary>
    /// <exception cref="RigException">No end within <paramref name="limit"/> (20 s unless said otherwise), then ^C was sent; or the guest was restarted.</exception>
    public async Task<ShellResult> TryAsync(string command, TimeSpan? limit = null)
    {
        if (command.Split('\n').Any(line => Encoding.UTF8.GetByteCount(line) > LongestLine))
        {
            throw new ArgumentException($"a line of the command has more than {LongestLine} bytes; use PutFileAsync", nameof(command));
        }
        await oneCommand.WaitAsync();
        try
        {
            pending.Clear(); // what an earlier command or start of the shell left
            string id = string.Create(CultureInfo.InvariantCulture, $"{++marker}-{Random.Shared.Next():x8}");
            // One list: a terminal echoes all of it before the first command runs. A shell of its own for the command, because
            // a syntax error ends the one that reads it.
            await SendAsync($"""
                printf '\n%s%s\n' '[gk-be' 'gin {id}]'; sh -c "$(cat <<'gk-{id}'
                {command}
                gk-{id}
                )" </dev/null 2>&1; printf '\n%s%s %d]\n' '[gk-e' 'nd {id}' $?

                """);
            return await AnswerAsync($"[gk-begin {id}]\n", $"\n[gk-end {id} ", limit ?? TimeSpan.FromSeconds(20), command);
        }
        finally
        {
            oneCommand.Release();
        }
    }

    /// <summary>Writes a file in the guest.</summary>
    public async Task PutFileAsync(string path, ReadOnlyMemory<byte> content)
    {
        string base64 = Convert.ToBase64String(content.Span);
        await RunAsync($": > '{path}.b64'");
        for (int at = 0; at < base64.Length; at += 3000)
        {
            await RunAsync($"printf %s '{base64.AsSpan(at, Math.Min(3000, base64.Length - at))}' >> '{path}.b64'");
        }
        await RunAsync($"base64 -d '{path}.b64' > '{path}' && rm '{path}.b64'");
    }

    /// <summary>Reads a file of the guest, up to a few hundred KiB.</summary>
    public async Task<byte[]> GetFileAsync(string path, TimeSpan? limit = null)
        => Convert.FromBase64String((await RunAsync($"base64 '{path}'", limit ?? TimeSpan.FromSeconds(60))).ReplaceLineEndings(""));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stream.DisposeAsync();
        oneCommand.Dispose();
    }

    // A probe without quote and here-document: when its first half is lost because the shell was not there yet, what is left is a
    // wrong command and nothing that swallows the probes behind it. No ^C either: it would end the shell that comes up.
    private async Task<bool> AnswersAsync(TimeSpan limit)
    {
        using CancellationTokenSource tooLong = new(limit);
        string answer = $"gk-probe-{++marker}-answered\n";
        await SendAsync($"\necho gk-probe-$(({marker}))-answered\n");
        try
        {
            while (!pending.ToString().Contains(answer, StringComparison.Ordinal))
            {
                await ReadMoreAsync(tooLong.Token);
            }
            pending.Clear();
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task<ShellResult> AnswerAsync(string begin, string end, TimeSpan limit, string command)
    {
        using CancellationTokenSource tooLong = new(limit);
        while (true)
        {
            if (TryTake(begin, end) is { } result)
            {
                return result;
            }
            if (pending.ToString().Contains(StartedAnew, StringComparison.Ordinal))
            {
                throw new RigException($"the guest's shell was started anew, its answer is lost: {command}");
            }
            try
            {
                await ReadMoreAsync(tooLong.Token);
            }
            catch (OperationCanceledException)
            {
                await SendAsync("\x03\n");
                throw new RigException($"in the guest, no end within {limit.TotalSeconds:0} s: {command}\n{pending}");
            }
        }
    }

    private async Task ReadMoreAsync(CancellationToken tooLong)
    {
        try
        {
            // A read that was given up on is kept: what it brings belongs to the stream.
            reading ??= stream.ReadAsync(chunk, CancellationToken.None).AsTask();
            int count = await reading.WaitAsync(tooLong);
            reading = null;
            Take(count);
        }
        catch (IOException gone)
        {
            throw new RigException("the guest is gone", gone);
        }
    }

    private void Take(int count)
    {
        if (count == 0)
        {
            throw new RigException("the guest's shell was closed: QEMU has ended");
        }
        char[] text = new char[Encoding.UTF8.GetMaxCharCount(count)];
        int length = utf8.GetChars(chunk, 0, count, text, 0);
        pending.Append(new string(text, 0, length).Replace("\r", "", StringComparison.Ordinal));
    }

    private ShellResult? TryTake(string begin, string end)
    {
        string text = pending.ToString();
        int first = text.IndexOf(begin, StringComparison.Ordinal);
        int last = first < 0 ? -1 : text.IndexOf(end, first + begin.Length - 1, StringComparison.Ordinal);
        int close = last < 0 ? -1 : text.IndexOf("]\n", last + end.Length, StringComparison.Ordinal);
        if (close < 0)
        {
            return null;
        }
        int code = int.Parse(text.AsSpan(last + end.Length, close - last - end.Length), NumberStyles.None, CultureInfo.InvariantCulture);
        int from = first + begin.Length;
        string output = last < from ? "" : text[from..last];
        pending.Remove(0, close + 2);
        return new ShellResult(code, output.TrimEnd('\n'));
    }

    private async Task SendAsync(string text)
    {
        try
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes(text));
            await stream.FlushAsync();
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException)
        {
            throw new RigException("the guest is gone", gone);
        }
    }
}
