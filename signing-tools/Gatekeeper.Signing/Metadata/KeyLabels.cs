using Gatekeeper.Release;
using Gatekeeper.Signing.Commands;
using Gatekeeper.Signing.Keys;

namespace Gatekeeper.Signing.Metadata;

/// <summary>Names for the public key files of one command line: those that <c>--name</c> gives, else the name of the file, <c>alice</c> for <c>alice.pub.json</c>.</summary>
internal sealed class KeyLabels
{
    private readonly Dictionary<string, string> _given = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string Name, string File)> _found = new(StringComparer.Ordinal);

    /// <summary>Takes up <c>--name FILE=NAME</c>.</summary>
    internal KeyLabels(IEnumerable<string> options)
    {
        foreach (string text in options)
        {
            (string file, string name) = Values.Pair("--name", text, "alice.pub.json=\"Alice Example\"");
            _given[file] = name;
        }
    }

    /// <summary>Reads a public key file and remembers its name.</summary>
    internal TufKey Read(string file)
    {
        TufKey key = KeyFiles.ReadPublic(file);
        string name = NameOf(file);
        if (_found.FirstOrDefault(f => f.Value.Name == name && f.Key != key.KeyId).Value is { Name: not null } other)
        {
            throw new ToolException(ExitCode.Usage, $"{file} and {other.File} would have one name, {name}", "give one of them another with --name KEY.pub.json=NAME");
        }

        if (!KeyNames.IsName(name))
        {
            throw new ToolException(ExitCode.Usage, $"\"{KeyNames.Printable(name)}\" is no name for a key", $"letters, digits, single spaces and . - _ @ ' ( ), at most {KeyNames.MaxChars} characters; --name KEY.pub.json=NAME gives another");
        }

        _found.TryAdd(key.KeyId, (name, file));
        return key;
    }

    /// <summary>The name that a public key file's key goes by.</summary>
    internal string NameOf(string file) => _given.GetValueOrDefault(file) ?? StemOf(Path.GetFileName(file));

    /// <summary>Puts the names of all keys that were read into a root's signed part.</summary>
    internal byte[] AddTo(ReadOnlySpan<byte> signed)
    {
        var root = (JsonObject)CanonicalJson.Parse(signed);
        var names = KeyNames.Form(_found.Select(f => KeyValuePair.Create(f.Key, f.Value.Name)));
        return CanonicalJson.Write(new JsonObject([.. root.Members.Select(m => (m.Key, m.Value)), (KeyNames.Member, names)]));
    }

    private static string StemOf(string file) => file.EndsWith(".pub.json", StringComparison.Ordinal) ? file[..^".pub.json".Length] : file;
}
