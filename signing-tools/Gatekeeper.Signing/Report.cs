using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gatekeeper.Signing;

/// <summary>What a command answers: the same facts as lines for people and as one JSON object for scripts.</summary>
internal sealed class Report
{
    private readonly List<string> _lines = [];
    private readonly JsonObject _facts = new() { ["ok"] = true };

    /// <summary>How JSON is written: indented for eyes, non-ASCII letters as they are.</summary>
    internal static JsonSerializerOptions JsonStyle { get; } = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Adds a line for people.</summary>
    internal Report Line(string line)
    {
        _lines.Add(line);
        return this;
    }

    /// <summary>Adds a fact for scripts.</summary>
    internal Report Fact(string name, JsonNode? value)
    {
        _facts[name] = value;
        return this;
    }

    /// <summary>Prints it in the form asked for.</summary>
    internal void Print(ToolConsole console, bool json)
    {
        if (json)
        {
            console.Out.WriteLine(_facts.ToJsonString(JsonStyle));
            return;
        }

        foreach (string line in _lines)
        {
            console.Out.WriteLine(line);
        }
    }
}
