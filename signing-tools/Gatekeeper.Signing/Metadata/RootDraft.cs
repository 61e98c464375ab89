using Gatekeeper.Release;

namespace Gatekeeper.Signing.Metadata;

/// <summary>
/// The root that comes next, while it is changed. It begins as a copy of the newest root's signed part, member by member, and only what
/// is changed here differs: members that this tool does not know are carried on as they are.
/// </summary>
internal sealed class RootDraft
{
    private readonly RootChain _before;
    private readonly Dictionary<string, DraftRole> _roles = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);

    /// <summary>Begins the root behind these.</summary>
    internal RootDraft(RootChain before)
    {
        _before = before;
        Expires = before.Newest.Root.Expires;
        foreach ((string name, RoleKeys role) in RootRoles.Of(before.Newest))
        {
            _roles.Add(name, new DraftRole([.. role.Keys], role.Threshold));
        }

        KeyNames names = KeyNames.Of(before.Newest.Metadata.Signed);
        foreach (TufKey key in _roles.Values.SelectMany(r => r.Keys))
        {
            if (names.Of(key.KeyId) is { } name)
            {
                _names[key.KeyId] = name;
            }
        }
    }

    /// <summary>When it expires, seconds since 1970-01-01 UTC.</summary>
    internal long Expires { get; set; }

    /// <summary>The key that <paramref name="text"/> means: the beginning of its id (8 digits or more), its name, or its public key file.</summary>
    /// <exception cref="ToolException">None, or several.</exception>
    internal TufKey Find(string text)
    {
        TufKey[] all = [.. _roles.Values.SelectMany(r => r.Keys).DistinctBy(k => k.KeyId)];
        TufKey[] found = text.EndsWith(".json", StringComparison.Ordinal)
            ? [.. all.Where(k => k.Identity == Keys.KeyFiles.ReadPublic(text).Identity)]
            : [.. all.Where(k => _names.GetValueOrDefault(k.KeyId) == text || (text.Length >= 8 && k.KeyId.StartsWith(text, StringComparison.Ordinal)))];
        return found.Length == 1
            ? found[0]
            : throw new ToolException(ExitCode.Usage, found.Length == 0 ? $"root {_before.Newest.Root.Version} has no key {text}" : $"{text} means {found.Length} keys", "name a key by its name, the beginning of its id or its .pub.json file; inspect shows them");
    }

    /// <summary>Adds a key to a role.</summary>
    internal void Add(string role, TufKey key, string? name)
    {
        DraftRole keys = Role(role);
        if (keys.Keys.Any(k => k.Parts.Intersect(key.Parts).Any()))
        {
            throw new ToolException(ExitCode.Usage, $"{role} has key {Word(key)} already", "each person has a key of their own");
        }

        keys.Keys.Add(key);
        if (name is not null)
        {
            Name(key, name);
        }
    }

    /// <summary>Takes a key out of a role.</summary>
    internal void Remove(string role, TufKey key)
    {
        if (Role(role).Keys.RemoveAll(k => k.Identity == key.Identity) == 0)
        {
            throw new ToolException(ExitCode.Usage, $"{role} has no key {Word(key)}", "inspect shows the keys of each role");
        }
    }

    /// <summary>Takes a key out of every role it is in, or puts another in its place.</summary>
    internal void RemoveEverywhere(TufKey key, TufKey? instead = null, string? name = null)
    {
        foreach ((string role, DraftRole keys) in _roles)
        {
            if (keys.Keys.RemoveAll(k => k.Identity == key.Identity) > 0 && instead is not null)
            {
                Add(role, instead, name);
            }
        }
    }

    /// <summary>Sets a role's threshold.</summary>
    internal void SetThreshold(string role, int threshold) => Role(role).Threshold = threshold;

    /// <summary>Gives a key a name.</summary>
    internal void Name(TufKey key, string name) => _names[key.KeyId] = KeyNames.IsName(name)
        ? name
        : throw new ToolException(ExitCode.Usage, $"\"{KeyNames.Printable(name)}\" is no name for a key", $"letters, digits, single spaces and . - _ @ ' ( ), at most {KeyNames.MaxChars} characters; --name KEY.pub.json=NAME gives another");

    /// <summary>The root without signatures.</summary>
    /// <exception cref="ToolException">A role could not be met, a name is there twice, or nothing changes.</exception>
    internal RootFile Finish()
    {
        foreach ((string name, DraftRole role) in _roles)
        {
            ExpectMet(name, role);
        }

        TufKey[] keys = [.. _roles.Values.SelectMany(r => r.Keys).DistinctBy(k => k.KeyId)];
        ExpectOwnNames(keys);
        JsonObject before = _before.Newest.Metadata.Signed;
        JsonObject after = Write(before, keys);
        if (CanonicalJson.Write(before).AsSpan().SequenceEqual(CanonicalJson.Write(With(after, [("version", before["version"]!)]))))
        {
            throw new ToolException(ExitCode.Usage, "nothing would change", "name a key, a threshold or a date that differs; nothing was written");
        }

        try
        {
            return RootFile.Read(SignedMetadata.Encode(CanonicalJson.Write(after), []));
        }
        catch (RefusedException e)
        {
            throw new ToolException(ExitCode.Usage, $"a device would refuse this root: {e.Detail}", "nothing was written");
        }
    }

    private JsonObject Write(JsonObject before, TufKey[] keys)
    {
        string[] were = [.. RootRoles.Of(_before.Newest).SelectMany(r => r.Role.Keys).Select(k => k.KeyId)];
        var gone = were.Except(keys.Select(k => k.KeyId)).ToHashSet(StringComparer.Ordinal);
        IEnumerable<(string, JsonValue)> stay = ((JsonObject)before["keys"]!).Members.Where(m => !gone.Contains(m.Key) && keys.All(k => k.KeyId != m.Key)).Select(m => (m.Key, m.Value));
        JsonObject after = With(before,
        [
            ("version", new JsonInteger(_before.Newest.Root.Version + 1)),
            ("expires", new JsonString(TufTime.Format(Expires))),
            ("keys", new JsonObject([.. stay, .. keys.Select(k => (k.KeyId, (JsonValue)k.Form))])),
            ("roles", WithRoles((JsonObject)before["roles"]!, RootRoles.TopLevel)),
            (KeyNames.Member, KeyNames.Form(_names.Where(n => keys.Any(k => k.KeyId == n.Key)))),
        ]);
        if (_roles.ContainsKey(RootRoles.Permit))
        {
            after = With(after, [(RootRoles.Own, WithRoles(before[RootRoles.Own] as JsonObject ?? new JsonObject(), [RootRoles.Permit]))]);
        }

        // A key that went must not be left standing in something this tool does not understand.
        string? left = after.Members.Where(m => m.Key is not ("keys" or KeyNames.Member)).FirstOrDefault(m => Mentions(m.Value, gone)).Key;
        return left is null
            ? after
            : throw new ToolException(ExitCode.Usage, $"{KeyNames.Printable(left)} of the root names a key that goes, in a way this tool does not know", "use the gatekeeper-sign that wrote it; nothing was written");
    }

    private JsonObject WithRoles(JsonObject holder, IEnumerable<string> names) => With(holder, names.Select(n => (n, (JsonValue)With(holder[n] as JsonObject ?? new JsonObject(),
    [
        ("keyids", new JsonArray(_roles[n].Keys.Select(k => new JsonString(k.KeyId)))),
        ("threshold", new JsonInteger(_roles[n].Threshold)),
    ]))));

    private void ExpectMet(string name, DraftRole role)
    {
        int known = SignatureRule.Distinct(role.Keys.Where(k => k.IsKnown));
        if (role.Threshold > known)
        {
            string left = known == 0 ? "no key" : $"{known} key{(known == 1 ? "" : "s")} ({string.Join(", ", role.Keys.Select(Word))})";
            throw new ToolException(ExitCode.Usage, $"{name} needs {role.Threshold} signature{(role.Threshold == 1 ? "" : "s")} and would have {left}", $"add a key with root rotate --add {name}=KEY.pub.json, or lower the threshold with role threshold; nothing was written");
        }
    }

    private void ExpectOwnNames(TufKey[] keys)
    {
        IGrouping<string, TufKey>? twice = keys.Where(k => _names.ContainsKey(k.KeyId)).GroupBy(k => _names[k.KeyId]).FirstOrDefault(g => g.Count() > 1);
        if (twice is not null)
        {
            throw new ToolException(ExitCode.Usage, $"{twice.Key} would be the name of {twice.Count()} keys", "give one of them another with --name KEY.pub.json=NAME");
        }
    }

    private DraftRole Role(string name)
    {
        if (name == RootRoles.Permit)
        {
            _roles.TryAdd(name, new DraftRole([], threshold: 1)); // a root may begin to have it
        }

        return _roles.GetValueOrDefault(name) ?? throw new ToolException(ExitCode.Usage, $"{name} is no role of this root", $"its roles are {string.Join(", ", _roles.Keys)}");
    }

    private string Word(TufKey key) => _names.GetValueOrDefault(key.KeyId) is { } name ? $"{name} ({RoleSigning.Short(key.KeyId)})" : RoleSigning.Short(key.KeyId);

    private static JsonObject With(JsonObject form, IEnumerable<(string Name, JsonValue Value)> changes)
    {
        (string Name, JsonValue Value)[] all = [.. changes];
        return new JsonObject([.. form.Members.Where(m => all.All(c => c.Name != m.Key)).Select(m => (m.Key, m.Value)), .. all]);
    }

    private static bool Mentions(JsonValue value, HashSet<string> ids) => value switch
    {
        JsonString text => ids.Contains(text.Value),
        JsonArray list => list.Items.Any(i => Mentions(i, ids)),
        JsonObject map => map.Members.Any(m => ids.Contains(m.Key) || Mentions(m.Value, ids)),
        _ => false,
    };

    private sealed class DraftRole(List<TufKey> keys, int threshold)
    {
        internal List<TufKey> Keys { get; } = keys;

        internal int Threshold { get; set; } = threshold;
    }
}
