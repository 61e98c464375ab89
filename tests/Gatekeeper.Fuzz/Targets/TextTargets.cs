using System.Text;
using System.Text.Json;
using Gatekeeper.PortGate;
using Gatekeeper.Release;
using Gatekeeper.Service;
using Gatekeeper.Update.Control;
using Gatekeeper.Update.Status;

namespace Gatekeeper.Fuzz;

/// <summary>The parsers of texts that a person or a local program hands over.</summary>
internal static class TextTargets
{
    private static readonly string[] JsonWords = ["\"", "{", "}", "[", "]", ":", ",", "null", "true", "-1", "2147483648", "1e400", "\\u0000", "\\ud800", "\"format\":1", "\"format\":2", "//", "\uFEFF"];
    private static readonly byte[] Policies = Encoding.UTF8.GetBytes("""{"format":1,"expiry":"refuse","rules":["allow id 046d:c31c"],"health":{"deadline_seconds":60},"lease":{"uid":1000},"kiosk":{"uid":1001},"language":"de","service_mode":{"minutes":15,"keys":[{"device":"isa0060/serio0/input0","code":88,"hold_ms":3000}]},"restart_delay_seconds":3}""");

    public static IEnumerable<FuzzTarget> All =>
    [
        Json("policy", [Policies], input => Policy.Parse(input)),
        Json("device-json", [.. new[] { """{"format":1,"id":"SN-0001","model":"PM200","hardware_revision":"C","keys":[{"keytype":"ed25519"}],"site_root":null}""", """{"format":1,"id":"a","model":"b","hardware_revision":"c","site_root":{"signed":{}}}""" }.Select(Encoding.UTF8.GetBytes)], input => DeviceFile.Parse(input)),
        Json("image-json", ["""{"format":1,"product":"PM200","version":"1.0.0","channel":"stable"}"""u8.ToArray()], input => ImageInfo.Parse(input)),
        new("control-request", ControlCorpus, input => JsonSerializer.Deserialize(input, ControlJson.Default.ControlRequest)) { Words = [.. JsonWords, "\"command\":", "\"since\":", "\"action\":", "\"device\":"], Allowed = [typeof(JsonException)], MaxAllocated = 4 * 1024 * 1024 },
        new("port-rules", () => ["allow id 046d:c31c with-interface { 03:01:01 03:00:* } via-port \"1-2.3\"\nblock with-interface 08:*:*\n# no\n"u8.ToArray()], RunRules)
        {
            Words = ["allow ", "block ", "id ", "with-interface ", "via-port ", "{ ", "} ", "*", ":", "\"1-2\"", "\n", "#"],
            Allowed = [typeof(PortRuleException)],
        },
        new("status-stream", StreamCorpus, RunStream) { MaxAllocated = 64L * Limits.MaxStatusLineBytes },
    ];

    private static FuzzTarget Json(string name, byte[][] corpus, Action<byte[]> parse) =>
        new(name, () => corpus, parse) { Words = JsonWords, Allowed = [typeof(ConfigurationException)], MaxAllocated = 4 * 1024 * 1024 };

    private static List<byte[]> ControlCorpus() =>
    [
        JsonSerializer.SerializeToUtf8Bytes(new ControlRequest { Format = 1, Command = ControlCommands.Log, Since = 5 }, ControlJson.Default.ControlRequest),
        JsonSerializer.SerializeToUtf8Bytes(new ControlRequest { Format = 1, Command = ControlCommands.Challenge, Action = "downgrade", Digest = new string('a', 64), Port = "1-2" }, ControlJson.Default.ControlRequest),
        JsonSerializer.SerializeToUtf8Bytes(new ControlRequest { Format = 1, Command = ControlCommands.Provision, Device = "{\"format\":1}" }, ControlJson.Default.ControlRequest),
    ];

    private static void RunRules(byte[] input)
    {
        PortRules rules = PortRules.Parse(Encoding.Latin1.GetString(input).Split('\n'));
        _ = PortJudge.Judge(PortGate.Tests.Descriptors.Snapshot(PortGate.Tests.Descriptors.Keyboard()), rules);
    }

    // A byte that says how much comes at once, then that much: how a socket cuts a stream is the other end's choice.
    private static List<byte[]> StreamCorpus()
    {
        byte[] hello = StatusProtocol.Write(new Hello(ClientRole.App));
        byte[] health = StatusProtocol.Write(new HealthAnswer(true));
        return [[(byte)hello.Length, .. hello, (byte)health.Length, .. health], [5, .. hello.AsSpan(0, 5), 200, .. hello.AsSpan(5), .. health], [.. Enumerable.Repeat((byte)255, 20_000)]];
    }

    private static void RunStream(byte[] input)
    {
        var buffer = new LineBuffer();
        int lines = 0;
        int refused = 0;
        for (ReadOnlySpan<byte> rest = input; rest.Length > 1 && !buffer.IsOverlong;)
        {
            int length = Math.Min(Math.Min(rest[0], rest.Length - 1), buffer.Free.Length);
            rest.Slice(1, length).CopyTo(buffer.Free);
            buffer.Received(length);
            rest = rest[(1 + length)..];
            while (buffer.TryTakeLine(out ReadOnlySpan<byte> line))
            {
                lines++;
                refused += StatusProtocol.Read(line, out ClientLine? _) == LineResult.Ok ? 0 : 1;
            }
        }

        if (buffer.IsOverlong || refused > 0)
        {
            throw new RefusedException(Refusal.State, buffer.IsOverlong ? "overlong" : lines == refused ? "no line of ours" : "a line that is not ours");
        }
    }
}
