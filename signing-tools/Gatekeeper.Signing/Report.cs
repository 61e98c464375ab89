using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gatekeeper.Release;
using JsonArray = System.Text.Json.Nodes.JsonArray;
using JsonObject = System.Text.Json.Nodes.JsonObject;

namespace Gatekeeper.Signing;

/// <summary>What a command answers: the same facts as lines for people and as one JSON object for scripts.</summary>
internal sealed class Report
{
    private const long Day = 24 * 60 * 60;

    private readonly List<string> _lines = [];
    private readonly List<(string What, long Expires)> _expiries = [];
    private readonly JsonObject _facts = new() { ["ok"] = true };

    /// <summary>How JSON is written: indented for eyes, non-ASCII letters as they are.</summary>
    internal static JsonSerializerOptions JsonStyle { get; } = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Whether <see cref="ExitCode.Attention"/> is the answer where something expires within the warning time.</summary>
    internal bool ExpiryCounts { get; init; }

    /// <summary>Whether it is the answer in any case.</summary>
    internal bool Attention { get; init; }

    /// <summary>Adds a line for people.</summary>
    internal Report Line(string line)
    {
        _lines.Add(line);
        return this;
    }

    /// <summary>Adds lines for people.</summary>
    internal Report Lines(IEnumerable<string> lines)
    {
        _lines.AddRange(lines);
        return this;
    }

    /// <summary>Adds a fact for scripts.</summary>
    internal Report Fact(string name, JsonNode? value)
    {
        _facts[name] = value;
        return this;
    }

    /// <summary>Adds what was read and ends some day: seconds since 1970-01-01 UTC. Whoever prints warns of it in time.</summary>
    internal Report Expires(IEnumerable<(string What, long Expires)> expiries)
    {
        _expiries.AddRange(expiries);
        return this;
    }

    /// <summary>Prints it in the form asked for, warnings on standard error.</summary>
    /// <param name="console">Where.</param>
    /// <param name="json">As one JSON object.</param>
    /// <param name="now">The time, seconds since 1970-01-01 UTC; null: nothing is warned of.</param>
    /// <param name="warnDays">Days before its date that something is warned of.</param>
    internal ExitCode Print(ToolConsole console, bool json, long? now, int warnDays)
    {
        string[] warnings = [.. now is { } time ? _expiries.Distinct().Where(e => e.Expires - time < warnDays * Day).Select(e => Warning(e.What, e.Expires, time)) : []];
        foreach (string warning in warnings)
        {
            console.Error.WriteLine("warning: " + warning);
        }

        if (json)
        {
            if (warnings.Length > 0)
            {
                _facts["warnings"] = new JsonArray([.. warnings.Select(w => (JsonNode)w)]);
            }

            console.Out.WriteLine(_facts.ToJsonString(JsonStyle));
        }
        else
        {
            foreach (string line in _lines)
            {
                console.Out.WriteLine(line);
            }
        }

        return Attention || (ExpiryCounts && warnings.Length > 0) ? ExitCode.Attention : ExitCode.Done;
    }

    private static string Warning(string what, long expires, long now)
    {
        long days = Math.Abs(expires - now) / Day;
        string span = days.ToString(CultureInfo.InvariantCulture) + (days == 1 ? " day" : " days");
        return expires <= now ? $"{what} expired on {TufTime.Format(expires)}, {span} ago" : $"{what} expires on {TufTime.Format(expires)}, in {span}";
    }
}
