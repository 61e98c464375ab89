using System.Collections.Immutable;
using System.Globalization;

namespace Gatekeeper.PortGate;

/// <summary>Reads one line of <see cref="PortRules"/>, word by word.</summary>
internal sealed class PortRuleReader
{
    private readonly string[] _words;
    private readonly int _line;
    private int _next;

    public PortRuleReader(string text, int line)
    {
        _words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        _line = line;
    }

    public PortRule Read()
    {
        PortRuleTarget target = Take("a rule") switch
        {
            "allow" => PortRuleTarget.Allow,
            "block" => PortRuleTarget.Block,
            _ => throw Error("begins with neither allow nor block"),
        };
        (ushort? Vendor, ushort? Product) id = default;
        ImmutableArray<InterfacePattern> interfaces = [];
        string? port = null;
        var seen = new HashSet<string>();
        while (_next < _words.Length)
        {
            string word = Take("an attribute");
            if (!seen.Add(word))
            {
                throw Error($"\"{word}\" twice");
            }

            switch (word)
            {
                case "id":
                    id = Id(Take("an id"));
                    break;
                case "with-interface":
                    interfaces = Interfaces();
                    break;
                case "via-port":
                    port = Port(Take("a port"));
                    break;
                default:
                    throw Error($"\"{word}\" is not understood");
            }
        }

        if (target == PortRuleTarget.Allow && seen.Count == 0)
        {
            throw Error("allows everything");
        }

        return new PortRule(_line, target, id.Vendor, id.Product, interfaces, port);
    }

    // usbguard-rules.conf(5): vid:pid in hex, "*" for the product or for both.
    private (ushort? Vendor, ushort? Product) Id(string word)
    {
        string[] parts = word.Split(':');
        if (parts.Length != 2)
        {
            throw Error("id is not vendor:product");
        }

        ushort? vendor = parts[0] == "*" ? null : Hex4(parts[0]);
        ushort? product = parts[1] == "*" ? null : Hex4(parts[1]);
        if (vendor is null)
        {
            throw Error("id names no vendor");
        }

        return (vendor, product);
    }

    private ImmutableArray<InterfacePattern> Interfaces()
    {
        string word = Take("an interface type");
        if (word != "{")
        {
            return [Interface(word)];
        }

        ImmutableArray<InterfacePattern>.Builder all = ImmutableArray.CreateBuilder<InterfacePattern>();
        for (word = Take("an interface type"); word != "}"; word = Take("}"))
        {
            all.Add(Interface(word));
        }

        return all.Count > 0 ? all.ToImmutable() : throw Error("an empty set of interface types");
    }

    private InterfacePattern Interface(string word)
    {
        string[] parts = word.Split(':');
        if (parts.Length != 3)
        {
            throw Error("interface type is not class:subclass:protocol");
        }

        byte? subclass = parts[1] == "*" ? null : Hex2(parts[1]);
        byte? protocol = parts[2] == "*" ? null : Hex2(parts[2]);
        if (subclass is null && protocol is not null)
        {
            throw Error("interface type with a protocol but no subclass");
        }

        return new InterfacePattern(Hex2(parts[0]), subclass, protocol);
    }

    private string Port(string word)
    {
        string name = word.Length > 2 && word[0] == '"' && word[^1] == '"' ? word[1..^1] : throw Error("port is not quoted");
        return UsbPortName.IsDevice(name) ? name : throw Error("port is not bus-port.port");
    }

    private ushort Hex4(string text) =>
        text.Length == 4 && ushort.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort value) ? value : throw Error("not four hex digits");

    private byte Hex2(string text) =>
        text.Length == 2 && byte.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte value) ? value : throw Error("not two hex digits");

    private string Take(string wanted) => _next < _words.Length ? _words[_next++] : throw Error($"ends where {wanted} must be");

    private PortRuleException Error(string reason) => new(_line, reason);
}
