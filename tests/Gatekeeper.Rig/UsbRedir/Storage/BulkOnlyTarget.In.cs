using System.Buffers.Binary;

namespace Gatekeeper.Rig.UsbRedir;

/// <summary>What the host fetches: data, stalls and status wrappers, in the order in which they were queued.</summary>
public sealed partial class BulkOnlyTarget
{
    private readonly Queue<Item> queue = new();
    private TaskCompletionSource signal = NewSignal();
    private long busyUntil;

    private enum ItemKind
    {
        Bytes,
        Stall,
        Hang,
    }

    /// <summary>Time every command takes before its first answer, beside <see cref="ScsiAnswer.Delay"/>.</summary>
    public TimeSpan CommandDelay { get; set; }

    /// <summary>Bytes a second to the host, at most; null is as fast as QEMU. About 1,000,000 is what full speed gives (USB 2.0 table 5-9: 1,216,000 at the very most).</summary>
    public long? BytesPerSecond { get; set; }

    /// <inheritdoc/>
    public async ValueTask<UsbAnswer> InAsync(byte endpoint, int length, CancellationToken cancelled)
    {
        while (true)
        {
            if (TryTake(length, out Task wait) is { } answer)
            {
                return await PaceAsync(answer, cancelled);
            }
            await wait.WaitAsync(cancelled);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    // The next answer, or null and what to wait for: a change of the queue, or the moment that its head waits for.
    private UsbAnswer? TryTake(int length, out Task wait)
    {
        lock (gate)
        {
            wait = signal.Task;
            if (mustReset)
            {
                return UsbAnswer.Stall;
            }
            if (!queue.TryPeek(out Item? next) || next.Kind == ItemKind.Hang)
            {
                return null;
            }
            TimeSpan early = next.NotBefore - DateTimeOffset.UtcNow;
            if (early > TimeSpan.Zero)
            {
                wait = Task.WhenAny(wait, Task.Delay(early));
                return null;
            }
            return Take(next, length);
        }
    }

    // Under the lock. A transfer ends with its item: what is queued behind is another transfer's, as behind a short packet.
    private UsbAnswer Take(Item item, int length)
    {
        if (item.Kind == ItemKind.Stall)
        {
            queue.Dequeue();
            return UsbAnswer.Stall;
        }
        ReadOnlyMemory<byte> part = item.Bytes[..Math.Min(length, item.Bytes.Length)];
        item.Bytes = item.Bytes[part.Length..];
        if (item.Bytes.IsEmpty)
        {
            queue.Dequeue();
        }
        return UsbAnswer.Ok(part);
    }

    private void Enqueue(SeenCommand command, uint tag, ScsiAnswer answer)
    {
        DateTimeOffset notBefore = DateTimeOffset.UtcNow + CommandDelay + answer.Delay;
        if (answer.Hang)
        {
            queue.Enqueue(new Item(ItemKind.Hang, notBefore));
            return;
        }
        uint wanted = command.FromStick ? command.DataLength : 0;
        ReadOnlyMemory<byte> sent = answer.Data.Length > wanted ? answer.Data[..(int)wanted] : answer.Data;
        if (!sent.IsEmpty)
        {
            queue.Enqueue(new Item(ItemKind.Bytes, notBefore) { Bytes = sent });
        }
        if (answer.StallAfterData ?? sent.Length < wanted)
        {
            queue.Enqueue(new Item(ItemKind.Stall, notBefore));
        }
        if (answer.EmptyPacketBeforeStatus)
        {
            queue.Enqueue(new Item(ItemKind.Bytes, notBefore));
        }
        if (answer.StallBeforeStatus)
        {
            queue.Enqueue(new Item(ItemKind.Stall, notBefore));
        }
        byte[] wrapper = answer.Wrapper ?? Wrapper(command, tag, answer, sent.Length);
        queue.Enqueue(wrapper.Length > 0 ? new Item(ItemKind.Bytes, notBefore) { Bytes = wrapper } : new Item(ItemKind.Hang, notBefore));
    }

    // BOT 1.0 §5.2: signature[4] tag[4] residue[4] status.
    private static byte[] Wrapper(SeenCommand command, uint tag, ScsiAnswer answer, int sent)
    {
        byte honest = answer.Data.Length > command.DataLength ? (byte)2 : answer.Sense == Sense.None ? (byte)0 : (byte)1;
        byte[] wrapper = new byte[13];
        BinaryPrimitives.WriteUInt32LittleEndian(wrapper, answer.Signature ?? StatusSignature);
        BinaryPrimitives.WriteUInt32LittleEndian(wrapper.AsSpan(4), answer.Tag ?? tag);
        BinaryPrimitives.WriteUInt32LittleEndian(wrapper.AsSpan(8), answer.Residue ?? (command.DataLength - (uint)sent));
        wrapper[12] = answer.Status ?? honest;
        return wrapper;
    }

    // The wire is busy with the bytes themselves; a debt below the clock's grain is carried on, so that the mean is right.
    private async ValueTask<UsbAnswer> PaceAsync(UsbAnswer answer, CancellationToken cancelled)
    {
        if (BytesPerSecond is not { } rate || answer.Data.IsEmpty)
        {
            return answer;
        }
        long now = TimeProvider.System.GetTimestamp();
        busyUntil = Math.Max(now, busyUntil) + (answer.Data.Length * TimeProvider.System.TimestampFrequency / rate);
        await Task.Delay(TimeProvider.System.GetElapsedTime(now, busyUntil), cancelled);
        return answer;
    }

    private void Wake()
    {
        TaskCompletionSource waiting = signal;
        signal = NewSignal();
        waiting.SetResult();
    }

    private sealed record Item(ItemKind Kind, DateTimeOffset NotBefore)
    {
        public ReadOnlyMemory<byte> Bytes { get; set; }
    }
}
