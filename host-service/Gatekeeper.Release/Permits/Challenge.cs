using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Gatekeeper.Release.Permits;

/// <summary>What a permit can allow.</summary>
public enum PermitAction
{
    /// <summary>Gives a device without facts its facts.</summary>
    Provision,

    /// <summary>Installs one named release below the version floor, which stays where it is.</summary>
    Downgrade,

    /// <summary>Sets, replaces or removes the site root.</summary>
    SiteRoot,

    /// <summary>Allows one named device, no storage, at one port.</summary>
    Peripheral,
}

/// <summary>A challenge that a device made and shows: <c>ACTION DEVICE-ID XXXX-XXXX-XXXX-XXXX-XXXX</c> (FORMAT.md R-84).</summary>
/// <param name="Action">What was asked for.</param>
/// <param name="Device">The device's id, or empty when it has none.</param>
/// <param name="Nonce">The nonce's text, as <see cref="Text"/> makes it.</param>
public sealed record Challenge(PermitAction Action, string Device, string Nonce)
{
    /// <summary>Random bytes of one nonce; of the last one the upper four bits are used.</summary>
    public const int RandomBytes = 13;

    /// <summary>How a device without an id is written in the one-line form.</summary>
    public const string NoDevice = "-";

    // Crockford's base32: no I, L, O (they look like digits) and no U. 20 of them are 100 bits.
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private const int Symbols = 20;
    private const int Group = 4;

    private static readonly (PermitAction Action, string Name)[] Names =
        [(PermitAction.Provision, "provision"), (PermitAction.Downgrade, "downgrade"), (PermitAction.SiteRoot, "site-root"), (PermitAction.Peripheral, "peripheral")];

    /// <summary>The one line that a device shows and <c>gatekeeper-sign permit new</c> takes.</summary>
    public string Line => $"{NameOf(Action)} {(Device.Length == 0 ? NoDevice : Device)} {Nonce}";

    /// <summary>The text of a nonce: 20 characters of Crockford's base32 in five groups.</summary>
    /// <param name="random13">Exactly <see cref="RandomBytes"/> bytes from the operating system's random numbers.</param>
    /// <exception cref="ArgumentException">Not that many.</exception>
    public static string Text(ReadOnlySpan<byte> random13)
    {
        if (random13.Length != RandomBytes)
        {
            throw new ArgumentException($"a nonce is made from {RandomBytes} bytes", nameof(random13));
        }

        var text = new StringBuilder();
        for (int i = 0; i < Symbols; i++)
        {
            if (i > 0 && i % Group == 0)
            {
                text.Append('-');
            }

            int bit = i * 5;
            int pair = (random13[bit / 8] << 8) | (bit / 8 + 1 < RandomBytes ? random13[(bit / 8) + 1] : 0);
            text.Append(Alphabet[(pair >> (11 - (bit % 8))) & 31]);
        }

        return text.ToString();
    }

    /// <summary>Reads a nonce as a person typed it: case, dashes and spaces do not matter, O is 0, I and L are 1.</summary>
    /// <param name="typed">What was typed.</param>
    /// <param name="nonce">The nonce as <see cref="Text"/> writes it.</param>
    public static bool TryNormalize(string typed, [NotNullWhen(true)] out string? nonce)
    {
        nonce = null;
        var text = new StringBuilder();
        int symbols = 0;
        foreach (char c in typed)
        {
            if (c is '-' or ' ')
            {
                continue;
            }

            char symbol = char.ToUpperInvariant(c) switch { 'O' => '0', 'I' or 'L' => '1', char other => other };
            if (!char.IsAscii(c) || !Alphabet.Contains(symbol) || symbols == Symbols)
            {
                return false;
            }

            text.Append(symbols > 0 && symbols % Group == 0 ? "-" : "").Append(symbol);
            symbols++;
        }

        nonce = symbols == Symbols ? text.ToString() : null;
        return nonce is not null;
    }

    /// <summary>Reads the one-line form; the nonce as forgivingly as <see cref="TryNormalize"/>.</summary>
    public static bool TryParse(string line, [NotNullWhen(true)] out Challenge? challenge)
    {
        challenge = null;
        string[] words = line.Split(' ', 3, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (words.Length == 3 && TryAction(words[0], out PermitAction action) && IsDevice(words[1], mayBeNone: true) && TryNormalize(words[2], out string? nonce))
        {
            challenge = new Challenge(action, words[1] == NoDevice ? "" : words[1], nonce);
        }

        return challenge is not null;
    }

    /// <summary>Whether two nonces are the same one, in a time that does not depend on where they differ.</summary>
    public static bool IsSameNonce(string one, string other) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(one), Encoding.UTF8.GetBytes(other));

    /// <summary>The name of an action in files and on command lines.</summary>
    public static string NameOf(PermitAction action) => Array.Find(Names, n => n.Action == action).Name;

    /// <summary>Reads the name of an action.</summary>
    public static bool TryAction(string name, out PermitAction action)
    {
        int found = Array.FindIndex(Names, n => n.Name == name);
        action = found < 0 ? default : Names[found].Action;
        return found >= 0;
    }

    // A device may not be called "-": the line would not say which it is.
    internal static bool IsDevice(string id, bool mayBeNone) =>
        id.Length <= Limits.MaxDeviceIdChars && GkuNames.IsPlain(id) && (id != NoDevice || mayBeNone);
}
