using System.Net.Sockets;
using System.Text;
using System.Text.Json;

// status-client: what a manufacturer's own screen has to do with Gatekeeper's status socket, in one file that uses nothing of ours.
// It only reads, so any user may run it. It prints a line for a person whenever what there is to say changes.
// The protocol is host-service/Gatekeeper.Service/STATUS-PROTOCOL.md. Usage: status-client [--socket PATH]
const int MaxLineBytes = 16 * 1024; // the protocol's own limit: more is no line of format 1

string path = args is ["--socket", var given] ? given : "/run/gatekeeper/status.sock";
string said = "";
while (true)
{
    try
    {
        using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(path));
        Follow(socket);
    }
    catch (SocketException)
    {
        // Not started yet, restarting, or we read too slowly. The same for us: connect again; the first line is the whole status.
    }

    Say("No word from the update service."); // what was on the screen may no longer be true
    Thread.Sleep(500);
}

// Lines until the connection ends. A slow reader is dropped by the service, so nothing may keep us here.
void Follow(Socket socket)
{
    byte[] buffer = new byte[MaxLineBytes];
    int filled = 0;
    while (filled < buffer.Length)
    {
        int got = socket.Receive(buffer.AsSpan(filled));
        if (got == 0)
        {
            return;
        }

        filled += got;
        for (int end; (end = buffer.AsSpan(0, filled).IndexOf((byte)'\n')) >= 0; filled -= end + 1)
        {
            if (!Take(buffer.AsMemory(0, end)))
            {
                return; // not format 1: start anew
            }

            buffer.AsSpan(end + 1, filled - end - 1).CopyTo(buffer);
        }
    }
}

bool Take(ReadOnlyMemory<byte> bytes)
{
    try
    {
        using JsonDocument line = JsonDocument.Parse(bytes);
        JsonElement root = line.RootElement;
        if (Text(root, "type") != "status")
        {
            return true; // a line of another type is not for us, or newer than we are: skip it
        }

        if (Number(root, "format") != 1)
        {
            return false;
        }

        Say(Sentence(root));
        return true;
    }
    catch (JsonException)
    {
        return false;
    }
}

// Plain words for every state. Members that we do not know are never looked at; a state that we do not know is said as such.
static string Sentence(JsonElement status)
{
    string version = Member(status, "release") is { } release ? Text(release, "version") ?? "?" : "?";
    string pull = Flag(status, "can_pull") ? " You can pull the stick now." : " Leave the stick in.";
    string progress = Number(status, "phase_percent") is { } percent ? $" {percent} %" : "";
    if (Number(status, "seconds_left") is { } seconds)
    {
        progress += $", about {(seconds + 59) / 60} min left";
    }

    string words = Text(status, "state") switch
    {
        "idle" => $"Version {Text(status, "running")}. Nothing to do.",
        "found" => $"Update to version {version} found.",
        "waiting" => $"Update to version {version} waits until the device is not in use.{pull}",
        "copying" => $"Copying version {version}:{progress}.{pull}",
        "checking" => $"Checking version {version}:{progress}.{pull}",
        "installing" => $"Installing version {version}:{progress}.{pull}",
        "restarting" => "Restarting into the new version.",
        "self_test" => "The new version checks itself. Do not switch off.", // on trial: not kept yet, so no place to say "done"
        "done" => $"Version {Text(status, "running")} is installed.",
        "fell_back" => $"The update failed. Version {Text(status, "running")} runs as before.",
        "refused" or "taken" => "",
        _ => "The update service does something this screen has no words for.",
    };

    StringBuilder text = new(words);
    if (status.TryGetProperty("message", out JsonElement message) && message.ValueKind == JsonValueKind.Object)
    {
        // Or your own words for its code, in your own language, with message.facts.
        text.Append($" {Text(message, "sentence")} {Text(message, "next_step")} ({Text(message, "code")})");
    }

    if (Flag(status, "service_mode"))
    {
        text.Append(" Service mode.");
        text.Append(Text(status, "challenge") is { } challenge ? $" Challenge: {challenge}" : "");
    }

    if (status.TryGetProperty("unprotected", out JsonElement findings) && findings.ValueKind == JsonValueKind.Array && findings.GetArrayLength() > 0)
    {
        text.Append(" Ports are NOT protected: call service.");
    }

    return text.ToString().Trim();
}

void Say(string text)
{
    // While the device is in use a real screen shows nothing of this: whether it does is yours to decide, Gatekeeper draws nothing then.
    if (text != said)
    {
        said = text;
        Console.WriteLine(text);
    }
}

static JsonElement? Member(JsonElement json, string name) => json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out JsonElement value) ? value : null;

static string? Text(JsonElement json, string name) => Member(json, name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

static bool Flag(JsonElement json, string name) => Member(json, name) is { ValueKind: JsonValueKind.True };

static long? Number(JsonElement json, string name) => Member(json, name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out long number) ? number : null;
