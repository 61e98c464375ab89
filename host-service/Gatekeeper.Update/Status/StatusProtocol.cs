using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Gatekeeper.Release;

namespace Gatekeeper.Update.Status;

/// <summary>What became of a line.</summary>
public enum LineResult
{
    /// <summary>Read.</summary>
    Ok,

    /// <summary>Well formed, of a type this reader does not know: a newer sender. A client skips it.</summary>
    UnknownType,

    /// <summary>Not a line of format 1. The connection is of no more use.</summary>
    Malformed,
}

/// <summary>
/// Status socket protocol, format 1: one JSON object a line, UTF-8, at most <see cref="Limits.MaxStatusLineBytes"/>.
/// Written and read here only, for the service, the kiosk, the device's own program and the command line.
/// </summary>
public static class StatusProtocol
{
    /// <summary>The format this code speaks.</summary>
    public const int Format = 1;

    /// <summary>Where the service listens.</summary>
    public const string SocketPath = "/run/gatekeeper/status.sock";

    // Writes text as it is and not as six bytes a character; "unsafe" is about text inside HTML only.
    private static readonly StatusJson Lean = new(new JsonSerializerOptions(StatusJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>
    /// A line for a client, with its line feed. Always one that <see cref="Read(ReadOnlySpan{byte}, out ServiceLine?)"/> takes as far as the
    /// notes go, and always within the limit: findings and then notes are cut before it would not be.
    /// </summary>
    public static byte[] Write(ServiceLine line)
    {
        ArgumentNullException.ThrowIfNull(line);
        if (line is not StatusMessage status)
        {
            return line switch
            {
                LeaseAnswer lease => Encode("lease", lease, StatusJson.Default.LeaseAnswer),
                ScreenWanted => Encode("screen-wanted"),
                ScreenYours => Encode("screen-yours"),
                ScreenReturn => Encode("screen-return"),
                _ => throw new ArgumentException("not a line of format 1", nameof(line)),
            };
        }

        if (status.Release is { } told)
        {
            status = status with { Release = told with { Notes = StatusText.Sendable(told.Notes) } };
        }

        byte[] bytes = Encode("status", status, Lean.StatusMessage);
        if (bytes.Length > Limits.MaxStatusLineBytes && status.Unprotected.Length > 0)
        {
            status = status with { Unprotected = [$"{status.Unprotected.Length} findings: run gatekeeper doctor"] };
            bytes = Encode("status", status, Lean.StatusMessage);
        }

        while (bytes.Length > Limits.MaxStatusLineBytes && status.Release is { Notes.Length: > 0 } release)
        {
            // Only notes full of characters that JSON escapes get here.
            string half = release.Notes[..(release.Notes.Length / 2)];
            half = half.Length > 0 && char.IsHighSurrogate(half[^1]) ? half[..^1] : half;
            status = status with { Release = release with { Notes = half } };
            bytes = Encode("status", status, Lean.StatusMessage);
        }

        return bytes.Length <= Limits.MaxStatusLineBytes
            ? bytes
            : throw new InvalidOperationException($"status line has {bytes.Length} bytes, our limit is {Limits.MaxStatusLineBytes}");
    }

    /// <summary>A line for the service, with its line feed.</summary>
    public static byte[] Write(ClientLine line) => line switch
    {
        Hello hello => Encode("hello", hello, StatusJson.Default.Hello),
        LeaseWish wish => Encode("lease", wish, StatusJson.Default.LeaseWish),
        HealthAnswer health => Encode("health", health, StatusJson.Default.HealthAnswer),
        ScreenGiven => Encode("screen-given"),
        ScreenReturned => Encode("screen-returned"),
        _ => throw new ArgumentException("not a line of format 1", nameof(line)),
    };

    /// <summary>Reads what the service sent, without the line feed.</summary>
    public static LineResult Read(ReadOnlySpan<byte> bytes, out ServiceLine? line)
    {
        line = null;
        if (!TryHead(bytes, out string type))
        {
            return LineResult.Malformed;
        }

        switch (type)
        {
            case "status":
                line = Decode(bytes, StatusJson.Default.StatusMessage) is { } status && StatusText.IsAcceptable(status) ? status : null;
                break;
            case "lease":
                line = Decode(bytes, StatusJson.Default.LeaseAnswer);
                break;
            case "screen-wanted":
                line = new ScreenWanted();
                break;
            case "screen-yours":
                line = new ScreenYours();
                break;
            case "screen-return":
                line = new ScreenReturn();
                break;
            default:
                return LineResult.UnknownType;
        }

        return line is null ? LineResult.Malformed : LineResult.Ok;
    }

    /// <summary>Reads what a client sent, without the line feed. Bytes of a foreign process: the service checks the peer's uid before it calls this.</summary>
    public static LineResult Read(ReadOnlySpan<byte> bytes, out ClientLine? line)
    {
        line = null;
        if (!TryHead(bytes, out string type))
        {
            return LineResult.Malformed;
        }

        switch (type)
        {
            case "hello":
                line = Decode(bytes, StatusJson.Default.Hello);
                break;
            case "lease":
                line = Decode(bytes, StatusJson.Default.LeaseWish);
                break;
            case "health":
                line = Decode(bytes, StatusJson.Default.HealthAnswer);
                break;
            case "screen-given":
                line = new ScreenGiven();
                break;
            case "screen-returned":
                line = new ScreenReturned();
                break;
            default:
                return LineResult.UnknownType;
        }

        return line is null ? LineResult.Malformed : LineResult.Ok;
    }

    private static bool TryHead(ReadOnlySpan<byte> bytes, out string type)
    {
        LineHead? head = Decode(bytes, StatusJson.Default.LineHead);
        type = head?.Type ?? "";
        // A status says its format; the short lines belong to the format of the connection.
        return head is not null && (head.Format ?? (type == "status" ? 0 : Format)) == Format;
    }

    private static T? Decode<T>(ReadOnlySpan<byte> bytes, JsonTypeInfo<T> type)
        where T : class
    {
        if (bytes.Length >= Limits.MaxStatusLineBytes)
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize(bytes, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static byte[] Encode(string type)
    {
        ArrayBufferWriter<byte> buffer = new(64);
        using (Utf8JsonWriter writer = new(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("type"u8, type);
            writer.WriteEndObject();
        }

        buffer.Write("\n"u8);
        return buffer.WrittenSpan.ToArray();
    }

    private static byte[] Encode<T>(string type, T line, JsonTypeInfo<T> info)
    {
        // The head stands first, for people who read the socket with a terminal.
        byte[] body = JsonSerializer.SerializeToUtf8Bytes(line, info);
        string head = type == "status" ? $"{{\"format\":{Format},\"type\":\"status\"," : $"{{\"type\":\"{type}\",";
        byte[] bytes = new byte[head.Length + body.Length];
        System.Text.Encoding.ASCII.GetBytes(head, bytes);
        body.AsSpan(1).CopyTo(bytes.AsSpan(head.Length));
        bytes[^1] = (byte)'\n';
        return bytes;
    }
}
