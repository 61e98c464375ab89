using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gatekeeper.Release;
using Gatekeeper.Vectors;
using Node = System.Text.Json.Nodes.JsonObject;
using NodeArray = System.Text.Json.Nodes.JsonArray;

namespace Gatekeeper.TufClient.Tests.Support;

/// <summary>
/// A TUF repository in memory that does what a test tells it, right or wrong. The signed parts are plain JSON that a test may change; <see cref="Publish"/> makes the
/// next version of a role, signs it with whatever keys the role's signers are, and notes it in snapshot and timestamp.
/// </summary>
internal sealed class TestRepository
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };
    private readonly Dictionary<string, Node> signed = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<long, byte[]>> files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, byte[]> artifacts = new(StringComparer.Ordinal);
    private int keys;

    public TestRepository()
    {
        foreach (string role in new[] { "root", "timestamp", "snapshot", "targets" })
        {
            signed[role] = new Node { ["_type"] = role, ["spec_version"] = "1.0.31", ["version"] = 0, ["expires"] = Time(Moment.Now.AddDays(30)) };
            Signers[role] = [];
        }

        Root["consistent_snapshot"] = true;
        Root["keys"] = new Node();
        Root["roles"] = new Node();
        Timestamp["meta"] = new Node();
        Snapshot["meta"] = new Node();
        Targets["targets"] = new Node();
        foreach (string role in signed.Keys)
        {
            Root["roles"]![role] = new Node { ["keyids"] = new NodeArray(), ["threshold"] = 1 };
            AddKey(role);
        }

        Publish("targets", "snapshot", "timestamp", "root");
    }

    public Node Root => signed["root"];

    public Node Timestamp => signed["timestamp"];

    public Node Snapshot => signed["snapshot"];

    public Node Targets => signed["targets"];

    /// <summary>Who signs a role when it is published; who may is what root and delegators say.</summary>
    public Dictionary<string, List<TestKey>> Signers { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether snapshot and timestamp state lengths and hashes.</summary>
    public bool StateHashes { get; set; }

    public bool Consistent => (bool?)Root["consistent_snapshot"] == true;

    /// <summary>The signed part of any role.</summary>
    public Node Signed(string role) => signed[role];

    public void Expire(string role, DateTimeOffset at) => signed[role]["expires"] = Time(at);

    /// <summary>A key that is not used yet.</summary>
    public TestKey NewKey() => TestKey.Of(string.Create(CultureInfo.InvariantCulture, $"tuf {keys++}"));

    /// <summary>Lets a key sign for a role, and signs with it.</summary>
    public TestKey AddKey(string role, TestKey? key = null, string delegator = "root")
    {
        key ??= NewKey();
        Trust(role, key, delegator);
        Signers[role].Add(key);
        return key;
    }

    /// <summary>Lets a key sign for a role.</summary>
    public void Trust(string role, TestKey key, string delegator = "root")
    {
        Node container = delegator == "root" ? Root : (Node)signed[delegator]["delegations"]!;
        container["keys"]![key.Id] = Form(key);
        ((NodeArray)RoleOf(role, delegator)["keyids"]!).Add(key.Id);
    }

    /// <summary>The object that says who signs a role.</summary>
    public Node RoleOf(string role, string delegator = "root") => delegator == "root"
        ? (Node)Root["roles"]![role]!
        : (Node)((NodeArray)signed[delegator]["delegations"]!["roles"]!).Single(r => (string?)r!["name"] == role)!;

    /// <summary>Takes all keys away from a top-level role, and all signers.</summary>
    public void Clear(string role)
    {
        RoleOf(role)["keyids"] = new NodeArray();
        Signers[role].Clear();
    }

    public void Rotate(string role)
    {
        Clear(role);
        AddKey(role);
    }

    /// <summary>Adds a delegation behind those that are there, and the role itself where there is none of that name.</summary>
    public Node Delegate(string delegator, string name, string[]? paths = null, bool terminating = false, TestKey? key = null)
    {
        Node from = signed[delegator];
        from["delegations"] ??= new Node { ["keys"] = new Node(), ["roles"] = new NodeArray() };
        var role = new Node { ["name"] = name, ["keyids"] = new NodeArray(), ["threshold"] = 1, ["terminating"] = terminating, ["paths"] = Array(paths ?? ["*"]) };
        ((NodeArray)from["delegations"]!["roles"]!).Add(role);
        if (!signed.ContainsKey(name))
        {
            signed[name] = new Node { ["_type"] = "targets", ["spec_version"] = "1.0.31", ["version"] = 0, ["expires"] = Time(Moment.Now.AddDays(30)), ["targets"] = new Node() };
            Signers[name] = [];
        }

        AddKey(name, key, delegator);
        return role;
    }

    /// <summary>Adds a target to a role, and its bytes to the server.</summary>
    public void AddTarget(string role, string path, byte[] bytes, params string[] kinds)
    {
        var hashes = new Node();
        foreach (string kind in kinds.Length == 0 ? ["sha256"] : kinds)
        {
            hashes[kind] = Convert.ToHexStringLower(kind == "sha256" ? SHA256.HashData(bytes) : SHA512.HashData(bytes));
        }

        signed[role]["targets"]![path] = new Node { ["length"] = bytes.Length, ["hashes"] = hashes };
        Serve(path, bytes);
    }

    /// <summary>What the server gives for a target, whatever the metadata says.</summary>
    public void Serve(string path, byte[] bytes) => artifacts[path] = bytes;

    /// <summary>Publishes the next version of each role, in this order.</summary>
    public void Publish(params string[] roles)
    {
        foreach (string role in roles)
        {
            long version = Version(role) + 1;
            signed[role]["version"] = version;
            files.TryAdd(role, []);
            files[role][version] = Sign(signed[role], Signers[role]);
            Note(role);
        }
    }

    /// <summary>Publishes the current version again, changed or signed by others.</summary>
    public void PublishAgain(string role)
    {
        signed[role]["version"] = Version(role) - 1;
        Publish(role);
    }

    /// <summary>Goes back: the next version published will be 1, and those there were are gone.</summary>
    public void Restart(string role)
    {
        signed[role]["version"] = 0;
        files[role].Clear();
    }

    /// <summary>The published bytes of a role.</summary>
    public byte[] File(string role, long? version = null) => files[role][version ?? files[role].Keys.Max()];

    /// <summary>Replaces the newest published bytes of a role.</summary>
    public void Replace(string role, byte[] bytes) => files[role][files[role].Keys.Max()] = bytes;

    /// <summary>Changes the newest published file of a role as JSON, signatures and all.</summary>
    public void Edit(string role, Action<Node> change)
    {
        var file = (Node)JsonNode.Parse(File(role))!;
        change(file);
        Replace(role, Encoding.UTF8.GetBytes(file.ToJsonString()));
    }

    public static byte[] Sign(Node signedPart, IEnumerable<TestKey> signers)
    {
        byte[] message = Canonical.Write(signedPart);
        var signatures = new NodeArray([.. signers.Select(k => new Node { ["keyid"] = k.Id, ["sig"] = Convert.ToHexStringLower(k.Sign(message)) })]);
        return Encoding.UTF8.GetBytes(new Node { ["signatures"] = signatures, ["signed"] = signedPart.DeepClone() }.ToJsonString(Indented));
    }

    public static NodeArray Array(IEnumerable<string> texts) => new([.. texts.Select(t => (JsonNode)t)]);

    public static string Time(DateTimeOffset time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>The key object as other tools write it.</summary>
    public static Node Form(TestKey key) => (Node)JsonNode.Parse(Encoding.UTF8.GetString(CanonicalJson.Write(key.Key.Form)).Replace("\n", "\\n", StringComparison.Ordinal))!;

    /// <summary>What the server gives for a path.</summary>
    public Answer Answer(string path)
    {
        if (path.StartsWith("targets/", StringComparison.Ordinal))
        {
            return Support.Answer.Of(Artifact(path["targets/".Length..]));
        }

        string name = path["metadata/".Length..^".json".Length];
        int dot = name.IndexOf('.', StringComparison.Ordinal);
        bool versioned = name.EndsWith(".root", StringComparison.Ordinal) || (Consistent && name != "timestamp");
        string role = Uri.UnescapeDataString(versioned ? name[(dot + 1)..] : name);
        if (!files.TryGetValue(role, out Dictionary<long, byte[]>? versions) || versions.Count == 0)
        {
            return Support.Answer.NotFound;
        }

        long version = versioned ? long.Parse(name[..dot], CultureInfo.InvariantCulture) : versions.Keys.Max();
        return Support.Answer.Of(versions.GetValueOrDefault(version));
    }

    private byte[]? Artifact(string path)
    {
        if (!Consistent)
        {
            return artifacts.GetValueOrDefault(path);
        }

        int name = path.LastIndexOf('/') + 1;
        int dot = path.IndexOf('.', name);
        return dot < 0 ? null : artifacts.GetValueOrDefault(path[..name] + path[(dot + 1)..]);
    }

    // A number that a test set may be of any type.
    private long Version(string role) => long.Parse(signed[role]["version"]!.ToJsonString(), CultureInfo.InvariantCulture);

    private void Note(string role)
    {
        byte[] file = File(role);
        var meta = new Node { ["version"] = Version(role) };
        if (StateHashes)
        {
            meta["length"] = file.Length;
            meta["hashes"] = new Node { ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(file)) };
        }

        if (role == "snapshot")
        {
            Timestamp["meta"]!["snapshot.json"] = meta;
        }
        else if (role is not ("root" or "timestamp"))
        {
            Snapshot["meta"]![role + ".json"] = meta;
        }
    }
}
