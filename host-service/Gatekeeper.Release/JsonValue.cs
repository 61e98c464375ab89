using System.Collections.Immutable;

namespace Gatekeeper.Release;

/// <summary>A value of canonical JSON (FORMAT.md §2): object, array, string, integer, true, false or null. Nothing else exists.</summary>
public abstract class JsonValue
{
    private protected JsonValue()
    {
    }

    /// <summary>Where the value's bytes lie in the text it was read from; empty for a value that was built.</summary>
    internal Range Extent { get; init; }
}

/// <summary>An object. Names are unique; the order of writing follows from the names alone.</summary>
public sealed class JsonObject : JsonValue
{
    private readonly Dictionary<string, JsonValue> byName;

    /// <summary>An object of these members.</summary>
    /// <exception cref="ArgumentException">A name occurs twice.</exception>
    public JsonObject(params IEnumerable<(string Name, JsonValue Value)> members)
    {
        byName = new Dictionary<string, JsonValue>(StringComparer.Ordinal);
        foreach ((string name, JsonValue value) in members)
        {
            byName.Add(name, value);
        }
    }

    /// <summary>Names and values, in no promised order.</summary>
    public IReadOnlyDictionary<string, JsonValue> Members => byName;

    /// <summary>The value of <paramref name="name"/>, or null when there is none.</summary>
    public JsonValue? this[string name] => byName.GetValueOrDefault(name);
}

/// <summary>An array.</summary>
/// <param name="items">Its values in order.</param>
public sealed class JsonArray(ImmutableArray<JsonValue> items) : JsonValue
{
    /// <summary>An array of these values.</summary>
    public JsonArray(IEnumerable<JsonValue> items)
        : this(items.ToImmutableArray())
    {
    }

    /// <summary>Its values in order.</summary>
    public ImmutableArray<JsonValue> Items { get; } = items;
}

/// <summary>A string.</summary>
/// <param name="value">Its text, well-formed UTF-16.</param>
public sealed class JsonString(string value) : JsonValue
{
    /// <summary>Its text.</summary>
    public string Value { get; } = value;
}

/// <summary>An integer from -(2^53 - 1) to 2^53 - 1: the range every JSON tool keeps exactly (RFC 8259 §6).</summary>
/// <param name="value">The number.</param>
public sealed class JsonInteger(long value) : JsonValue
{
    /// <summary>The number.</summary>
    public long Value { get; } = value;
}

/// <summary>True, false or null.</summary>
public sealed class JsonLiteral : JsonValue
{
    /// <summary><c>true</c>.</summary>
    public static readonly JsonLiteral True = new("true");

    /// <summary><c>false</c>.</summary>
    public static readonly JsonLiteral False = new("false");

    /// <summary><c>null</c>.</summary>
    public static readonly JsonLiteral Null = new("null");

    private JsonLiteral(string text) => Text = text;

    /// <summary>How it is written.</summary>
    public string Text { get; }
}
