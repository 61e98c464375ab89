using System.Globalization;
using System.Text;

namespace Gatekeeper.Signing.Keys.Tokens;

/// <summary>
/// A <c>pkcs11:</c> URI (RFC 7512): which key, in which token, through which module.
/// <code>
/// pkcs11:token=Releases;object=alice?module-path=/usr/lib/softhsm/libsofthsm2.so&amp;pin-source=file:/run/pin
/// </code>
/// An attribute that is not looked at here refuses the URI (RFC 7512 §2.3: what is not understood must not be passed over), and so does one
/// that comes twice.
/// </summary>
internal sealed class TokenUri
{
    /// <summary>What every such URI begins with.</summary>
    internal const string Scheme = "pkcs11:";

    private const int MaxChars = 2048; // ours; a URI with every attribute here is below 500
    private static readonly Encoding Utf8 = new UTF8Encoding(false, throwOnInvalidBytes: true);

    private readonly string _text;

    private TokenUri(string text) => _text = text;

    /// <summary>CKA_LABEL of the token; null: any.</summary>
    internal string? Token { get; private set; }

    /// <summary>Manufacturer of the token.</summary>
    internal string? Manufacturer { get; private set; }

    /// <summary>Model of the token.</summary>
    internal string? Model { get; private set; }

    /// <summary>Serial number of the token.</summary>
    internal string? Serial { get; private set; }

    /// <summary>The slot's number.</summary>
    internal ulong? SlotId { get; private set; }

    /// <summary>CKA_LABEL of the key.</summary>
    internal string? Object { get; private set; }

    /// <summary>CKA_ID of the key.</summary>
    internal byte[]? Id { get; private set; }

    /// <summary>File or folder of the module.</summary>
    internal string? ModulePath { get; private set; }

    /// <summary>The module's name without <c>lib</c> and <c>.so</c>.</summary>
    internal string? ModuleName { get; private set; }

    /// <summary>File whose first line is the PIN.</summary>
    internal string? PinFile { get; private set; }

    /// <summary>Whether an argument is such a URI and not the name of a file.</summary>
    internal static bool Is(string text) => text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase); // RFC 3986 §3.1

    /// <summary>Reads a URI.</summary>
    /// <exception cref="ToolException"><see cref="ExitCode.Usage"/>: it is none, or says what is not looked at here.</exception>
    internal static TokenUri Parse(string text)
    {
        if (!Is(text) || text.Length > MaxChars)
        {
            throw Bad(text.Length > MaxChars ? "it is too long" : "it does not begin with pkcs11:", "use for example " + Example);
        }

        var uri = new TokenUri(text);
        string rest = text[Scheme.Length..];
        int question = rest.IndexOf('?', StringComparison.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach ((string name, string value) in Attributes(question < 0 ? rest : rest[..question], ';', ":[]@!$'()*+,=&"))
        {
            Once(seen, name);
            uri.ReadPath(name, value);
        }

        foreach ((string name, string value) in Attributes(question < 0 ? "" : rest[(question + 1)..], '&', ":[]@!$'()*+,=/?|"))
        {
            Once(seen, name);
            uri.ReadQuery(name, value);
        }

        return uri;
    }

    /// <summary>As given, without what a secret could stand in.</summary>
    public override string ToString() => _text;

    /// <summary>A value as it stands in a URI.</summary>
    internal static string Escape(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        foreach (byte b in bytes)
        {
            text.Append(IsUnreserved((char)b) ? ((char)b).ToString() : string.Create(CultureInfo.InvariantCulture, $"%{b:X2}"));
        }

        return text.ToString();
    }

    /// <summary>A text as it stands in a URI.</summary>
    internal static string Escape(string text) => Escape(Encoding.UTF8.GetBytes(text));

    private const string Example = "'pkcs11:token=Releases;object=alice?module-path=/usr/lib/softhsm/libsofthsm2.so'";

    private void ReadPath(string name, string value)
    {
        switch (name)
        {
            case "token": Token = Text(name, value); break;
            case "manufacturer": Manufacturer = Text(name, value); break;
            case "model": Model = Text(name, value); break;
            case "serial": Serial = Text(name, value); break;
            case "object": Object = Text(name, value); break;
            case "id": Id = Bytes(name, value); break;
            case "slot-id":
                SlotId = value.Length > 0 && ulong.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out ulong slot)
                    ? slot
                    : throw Bad($"slot-id {value} is no number", "use decimal digits");
                break;
            case "type" when value is "private" or "public": break; // a pair: the private key signs, the public one is shown
            case "type": throw Bad($"type={value} is no key that signs", "use type=private or leave it out");
            default: throw Bad($"it says {name}, which is not looked at here", "use token, manufacturer, model, serial, slot-id, object, id and type in front of the question mark");
        }
    }

    private void ReadQuery(string name, string value)
    {
        switch (name)
        {
            case "module-path": ModulePath = Text(name, value); break;
            case "module-name":
                ModuleName = Text(name, value);
                if (ModuleName.Contains('/', StringComparison.Ordinal) || ModuleName is "." or "..")
                {
                    throw Bad("module-name is a name without a path", "use module-path for a path");
                }

                break;
            case "pin-source": PinFile = PinSource(Text(name, value)); break;
            case "pin-value": throw Bad("it holds a PIN, which every process of the machine can read on a command line", "use pin-source=file:/..., --pin-file or GATEKEEPER_PIN, and change the PIN if others use this machine");
            default: throw Bad($"it says {name}, which is not looked at here", "use module-path, module-name and pin-source behind the question mark");
        }
    }

    // RFC 7512 §2.4: a file, as a URI or a path. A command ("|...") is another program with the user's rights: not run from here.
    private static string PinSource(string value)
    {
        string path = value.StartsWith("file://", StringComparison.Ordinal) ? value["file://".Length..] : value.StartsWith("file:", StringComparison.Ordinal) ? value["file:".Length..] : value;
        return path.StartsWith('/') ? path : throw Bad($"pin-source {value} is no file with its whole path", "use pin-source=file:/path/of/file");
    }

    private static IEnumerable<(string Name, string Value)> Attributes(string part, char separator, string alsoAllowed)
    {
        foreach (string attribute in part.Length == 0 ? [] : part.Split(separator))
        {
            int equals = attribute.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1)
            {
                throw Bad($"{attribute} is no name=value", "use for example " + Example);
            }

            string value = attribute[(equals + 1)..];
            if (value.FirstOrDefault(c => c != '%' && !IsUnreserved(c) && !alsoAllowed.Contains(c, StringComparison.Ordinal)) is var wrong and not '\0')
            {
                throw Bad($"'{wrong}' cannot stand in a value", "write it as % and two hex digits (RFC 7512 §2.3)");
            }

            yield return (attribute[..equals], value);
        }
    }

    private static bool IsUnreserved(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or '~';

    private static void Once(HashSet<string> seen, string name)
    {
        if (!seen.Add(name))
        {
            throw Bad($"it says {name} twice", "each attribute comes once");
        }
    }

    private static string Text(string name, string value)
    {
        try
        {
            string text = Utf8.GetString(Bytes(name, value));
            return text.Any(char.IsControl) ? throw Bad($"{name} holds control characters", "a name has none") : text;
        }
        catch (DecoderFallbackException)
        {
            throw Bad($"{name} is not UTF-8", "only id holds any bytes");
        }
    }

    private static byte[] Bytes(string name, string value)
    {
        var bytes = new List<byte>();
        for (int i = 0; i < value.Length; i++)
        {
            if (value[i] != '%')
            {
                bytes.Add((byte)value[i]); // ASCII: checked by Attributes
            }
            else if (i + 2 < value.Length && char.IsAsciiHexDigit(value[i + 1]) && char.IsAsciiHexDigit(value[i + 2]))
            {
                bytes.Add(Convert.FromHexString(value.AsSpan(i + 1, 2))[0]);
                i += 2;
            }
            else
            {
                throw Bad($"{name} has a % without two hex digits", "write it as %25 (RFC 3986 §2.1)");
            }
        }

        return bytes.Count > 0 ? [.. bytes] : throw Bad($"{name} is empty", "leave it out, or give it a value");
    }

    // The URI itself is not repeated: a PIN may stand in it.
    private static ToolException Bad(string what, string hint) => new(ExitCode.Usage, "this pkcs11: URI is not usable: " + what, hint);
}
