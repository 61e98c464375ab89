using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gatekeeper.TufClient.Tests.Support;

/// <summary>OLPC canonical JSON once more, written for these tests from its definition, so that a mistake in the verifier's own is not made twice.</summary>
internal static class Canonical
{
    public static byte[] Write(JsonNode? node)
    {
        var text = new StringBuilder();
        Write(node, text);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static void Write(JsonNode? node, StringBuilder text)
    {
        switch (node)
        {
            case null:
                text.Append("null");
                break;
            case JsonObject map:
                text.Append('{');
                text.AppendJoin(',', map.OrderBy(m => Convert.ToHexString(Encoding.UTF8.GetBytes(m.Key)), StringComparer.Ordinal).Select(m => $"{Quote(m.Key)}:{Text(m.Value)}"));
                text.Append('}');
                break;
            case JsonArray list:
                text.Append('[');
                text.AppendJoin(',', list.Select(Text));
                text.Append(']');
                break;
            default:
                text.Append(node.GetValueKind() == JsonValueKind.String ? Quote(node.GetValue<string>()) : node.ToJsonString());
                break;
        }
    }

    private static string Text(JsonNode? node)
    {
        var text = new StringBuilder();
        Write(node, text);
        return text.ToString();
    }

    private static string Quote(string text) => '"' + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + '"';
}
