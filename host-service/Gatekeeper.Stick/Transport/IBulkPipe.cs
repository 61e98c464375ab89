namespace Gatekeeper.Stick.Transport;

/// <summary>How a transfer ended.</summary>
public enum BulkStatus
{
    /// <summary>Done, wholly or with a short packet.</summary>
    Ok,

    /// <summary>The endpoint answered STALL.</summary>
    Stall,

    /// <summary>No end within the time given; the transfer was cancelled.</summary>
    Timeout,

    /// <summary>The device sent more than was asked for.</summary>
    Babble,

    /// <summary>The device is not there any more.</summary>
    Gone,

    /// <summary>Any other failure of the transfer.</summary>
    Failed,
}

/// <summary>The end of one transfer.</summary>
/// <param name="Status">How it ended.</param>
/// <param name="Length">Bytes that went over, also when it did not end well.</param>
public readonly record struct BulkResult(BulkStatus Status, int Length);

/// <summary>The two bulk endpoints of an accepted stick, and the three control requests that Bulk-Only Transport needs.
/// It has no other request on purpose: what cannot be said cannot be sent (I03).</summary>
public interface IBulkPipe
{
    /// <summary>Sends all of <paramref name="data"/> to the bulk-out endpoint.</summary>
    BulkResult Send(ReadOnlySpan<byte> data, int timeoutMilliseconds);

    /// <summary>Receives from the bulk-in endpoint until <paramref name="buffer"/> is full or a short packet ends it.</summary>
    BulkResult Receive(Span<byte> buffer, int timeoutMilliseconds);

    /// <summary>CLEAR_FEATURE(ENDPOINT_HALT) on the bulk-in endpoint.</summary>
    BulkStatus ClearHaltIn();

    /// <summary>CLEAR_FEATURE(ENDPOINT_HALT) on the bulk-out endpoint.</summary>
    BulkStatus ClearHaltOut();

    /// <summary>Bulk-Only Mass Storage Reset (BOT 1.0 §3.1).</summary>
    BulkStatus MassStorageReset();

    /// <summary>Get Max LUN (BOT 1.0 §3.2). <paramref name="maxLun"/> is 0 unless the status is Ok.</summary>
    BulkStatus GetMaxLun(out byte maxLun);
}
