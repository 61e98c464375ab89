using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gatekeeper.Rig;

/// <summary>One QMP event.</summary>
/// <param name="Name">For example RESET, DEVICE_DELETED.</param>
/// <param name="Data">Its data, an empty object when it has none.</param>
/// <param name="Time">The host's clock when QEMU sent it.</param>
public sealed record QmpEvent(string Name, JsonObject Data, DateTimeOffset Time);

/// <summary>QEMU answered a command with an error.</summary>
public sealed class QmpException(string command, string description) : Exception($"{command}: {description}");

/// <summary>A client of the QEMU Machine Protocol: one JSON object a line over a stream; replies and events arrive mixed.</summary>
public sealed class Qmp : IAsyncDisposable
{
    private readonly Stream stream;
    private readonly StreamReader reader;
    private readonly SemaphoreSlim oneCommand = new(1, 1);
    private readonly Lock gate = new();
    private readonly List<QmpEvent> events = [];
    private readonly Task pump;
    private TaskCompletionSource arrival = NewSignal();
    private TaskCompletionSource<JsonObject>? reply;
    private Exception? broken;

    private Qmp(Stream stream, StreamReader reader)
    {
        this.stream = stream;
        this.reader = reader;
        pump = Task.Run(PumpAsync);
    }

    /// <summary>How many events have come; a mark to hand to <see cref="WaitEventAsync"/>, taken before the act that causes the event.</summary>
    public int EventCount
    {
        get
        {
            lock (gate)
            {
                return events.Count;
            }
        }
    }

    /// <summary>All events so far.</summary>
    public IReadOnlyList<QmpEvent> Events
    {
        get
        {
            lock (gate)
            {
                return [.. events];
            }
        }
    }

    /// <summary>Connects to QEMU's socket and does the greeting.</summary>
    public static Task<Qmp> ConnectAsync(string socketPath) => UnixSocket.ConnectAsync(socketPath, OverAsync);

    /// <summary>Speaks QMP over any stream; the greeting is read and capabilities are negotiated first.</summary>
    public static async Task<Qmp> OverAsync(Stream stream)
    {
        StreamReader reader = new(stream);
        string? greeting = await reader.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(20));
        if (greeting is null || JsonNode.Parse(greeting)?["QMP"] is null)
        {
            throw new RigException($"no QMP greeting but: {greeting}");
        }
        Qmp qmp = new(stream, reader);
        await qmp.RunAsync("qmp_capabilities");
        return qmp;
    }

    /// <summary>Runs one command; they go one at a time.</summary>
    /// <returns>The value of <c>return</c>; an empty object stays one.</returns>
    /// <exception cref="QmpException">QEMU refused it.</exception>
    /// <exception cref="RigException">No reply in time, or the connection is gone.</exception>
    public async Task<JsonNode> RunAsync(string command, JsonObject? arguments = null, TimeSpan? limit = null)
    {
        JsonObject request = new() { ["execute"] = command };
        if (arguments is not null)
        {
            request["arguments"] = arguments;
        }

        await oneCommand.WaitAsync();
        try
        {
            TaskCompletionSource<JsonObject> mine = new(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (gate)
            {
                ThrowIfBroken(command);
                reply = mine;
            }
            await SendAsync(command, [.. JsonSerializer.SerializeToUtf8Bytes(request), (byte)'\n']);
            JsonObject answer = await mine.Task.WaitAsync(limit ?? TimeSpan.FromSeconds(30));
            return answer["error"] is { } error
                ? throw new QmpException(command, (string?)error["desc"] ?? error.ToJsonString())
                : answer["return"]!.DeepClone();
        }
        catch (TimeoutException late)
        {
            throw new RigException($"QEMU did not answer {command}", late);
        }
        finally
        {
            oneCommand.Release();
        }
    }

    /// <summary>Waits for an event that came at or after a mark.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="since">A value of <see cref="EventCount"/>.</param>
    /// <param name="limit">The longest wait.</param>
    /// <param name="matches">A further condition on its data.</param>
    /// <exception cref="RigException">It did not come.</exception>
    public async Task<QmpEvent> WaitEventAsync(string name, int since, TimeSpan limit, Func<JsonObject, bool>? matches = null)
    {
        using CancellationTokenSource tooLong = new(limit);
        while (true)
        {
            Task next;
            lock (gate)
            {
                QmpEvent? found = events.Skip(since).FirstOrDefault(e => e.Name == name && (matches is null || matches(e.Data)));
                if (found is not null)
                {
                    return found;
                }
                ThrowIfBroken($"waiting for {name}");
                next = arrival.Task;
            }
            try
            {
                await next.WaitAsync(tooLong.Token);
            }
            catch (OperationCanceledException)
            {
                throw new RigException($"no event {name} within {limit.TotalSeconds:0} s");
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stream.DisposeAsync();
        await pump;
        reader.Dispose();
        oneCommand.Dispose();
    }

    private async Task SendAsync(string command, byte[] line)
    {
        try
        {
            await stream.WriteAsync(line);
            await stream.FlushAsync();
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException)
        {
            throw new RigException($"QEMU is gone, cannot send {command}", gone);
        }
    }

    private async Task PumpAsync()
    {
        try
        {
            while (await reader.ReadLineAsync() is { } line)
            {
                Take((JsonObject)JsonNode.Parse(line)!);
            }
            Break(new RigException("QEMU closed the QMP connection"));
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException or JsonException or SocketException)
        {
            Break(new RigException("the QMP connection broke", gone));
        }
    }

    private void Take(JsonObject message)
    {
        lock (gate)
        {
            if ((string?)message["event"] is { } name)
            {
                events.Add(new QmpEvent(name, (message["data"]?.DeepClone() as JsonObject) ?? [], TimeOf(message)));
                TaskCompletionSource wake = arrival;
                arrival = NewSignal();
                wake.SetResult();
            }
            else
            {
                reply?.TrySetResult(message);
                reply = null;
            }
        }
    }

    private static DateTimeOffset TimeOf(JsonObject message)
    {
        long seconds = (long?)message["timestamp"]?["seconds"] ?? 0;
        long micros = (long?)message["timestamp"]?["microseconds"] ?? 0;
        return DateTimeOffset.FromUnixTimeSeconds(seconds).AddMicroseconds(micros);
    }

    private void Break(Exception why)
    {
        lock (gate)
        {
            broken = why;
            reply?.TrySetException(why);
            arrival.TrySetResult();
        }
    }

    private void ThrowIfBroken(string doing)
    {
        if (broken is not null)
        {
            throw new RigException($"{doing}: {broken.Message}", broken);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
