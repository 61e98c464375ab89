using Gatekeeper.Update.Status;

namespace Gatekeeper.Fuzz;

/// <summary>The lines of the status socket, written back as they were read: what the device's program and the kiosk say to the service, and what a client reads of it.</summary>
internal static class StatusTargets
{
    private static readonly string[] Words =
    [
        "\"", "{", "}", "[", "]", ":", ",", "\\u0000", "\n", "null", "true", "-1", "1e9", "1e400", "{}", "[]", "\"format\":1", "\"format\":2", "\"type\":", "hello", "lease", "health", "screen-given",
        "screen-returned", "status", "\"role\":\"app\"", "kiosk", "\"want\":\"take\"", "give", "\"ok\":false", "\"state\":\"idle\"", "\u202e",
    ];

    public static IEnumerable<FuzzTarget> All =>
    [
        new("status-client-line", ClientLines, RunClientLine) { Words = Words, Allowed = [typeof(FormatException)], MaxAllocated = 1024 * 1024 },
        new("status-service-line", ServiceLines, RunServiceLine) { Words = Words, Allowed = [typeof(FormatException)], MaxAllocated = 2 * 1024 * 1024 },
    ];

    private static List<byte[]> ClientLines() =>
    [
        .. new ClientLine[]
        {
            new Hello(ClientRole.App), new Hello(ClientRole.Kiosk), new LeaseWish(LeaseWant.Take), new LeaseWish(LeaseWant.Give), new HealthAnswer(true), new ScreenGiven(), new ScreenReturned(),
        }.Select(line => StatusProtocol.Write(line)[..^1]),
    ];

    private static List<byte[]> ServiceLines()
    {
        var full = new StatusMessage
        {
            State = StatusState.Copying,
            PhasePercent = 4,
            SecondsLeft = 90,
            CanPull = true,
            Product = "PM200",
            Running = "1.0.0",
            Set = "a",
            InUse = true,
            Unprotected = ["usb1: authorized_default is 1"],
            Release = new StatusRelease("PM200", "2.0.0", "Two\nlines", 1234),
            Message = new StatusNotice("U-21", "Sentence.", "Next.") { Facts = new StatusFacts { DeviceProduct = "PM200" } },
            ServiceMode = true,
            ServiceMinutes = 14,
            Language = "zh-Hans",
            Challenge = "site-root SN-0001 0123-4567-89AB-CDEF-GHJK",
        };
        return [.. new ServiceLine[] { full, new LeaseAnswer(true), new ScreenWanted(), new ScreenYours(), new ScreenReturn() }.Select(line => StatusProtocol.Write(line)[..^1])];
    }

    // What is taken for a line means the same when it is written again; what is not is answered with a result, never with an exception.
    private static void RunClientLine(byte[] input)
    {
        RequireOurs(StatusProtocol.Read(input, out ClientLine? line));
        RequireSame(StatusProtocol.Read(StatusProtocol.Write(line!).AsSpan()[..^1], out ClientLine? same) == LineResult.Ok && same == line);
    }

    private static void RunServiceLine(byte[] input)
    {
        RequireOurs(StatusProtocol.Read(input, out ServiceLine? line));
        byte[] again = StatusProtocol.Write(line!);
        RequireSame(StatusProtocol.Read(again.AsSpan()[..^1], out ServiceLine? same) == LineResult.Ok && StatusProtocol.Write(same!).AsSpan().SequenceEqual(again));
    }

    private static void RequireOurs(LineResult result)
    {
        if (result != LineResult.Ok)
        {
            throw new FormatException($"{result}");
        }
    }

    private static void RequireSame(bool same)
    {
        if (!same)
        {
            throw new InvalidOperationException("a line is not written back as it was read");
        }
    }
}
