using Gatekeeper.Release;
using Gatekeeper.Signing.Keys;
using Gatekeeper.Signing.Metadata;

namespace Gatekeeper.Signing.Tests;

/// <summary>The next root, member by member: what is changed, what is carried, what is refused.</summary>
public sealed class RootDraftTests : IDisposable
{
    private readonly Dictionary<string, SigningKey> _keys = new[] { "alice", "bob", "carol", "dave" }
        .Select((name, i) => (name, new SigningKey([.. Enumerable.Repeat((byte)(i + 1), 32)])))
        .ToDictionary(p => p.name, p => p.Item2, StringComparer.Ordinal);

    public void Dispose()
    {
        foreach (SigningKey key in _keys.Values)
        {
            key.Dispose();
        }
    }

    [Fact]
    public void MembersThisToolDoesNotKnow_AreCarriedByteForByte()
    {
        JsonObject other = new(("b", new JsonArray([new JsonInteger(1), JsonLiteral.Null])), ("a", new JsonString("é\n")));
        RootChain chain = Chain(("x-house", other), ("spec_version", new JsonString("1.0")));
        var draft = new RootDraft(chain) { Expires = 5_000_000_000 };
        RootFile next = draft.Finish();
        Assert.Equal(CanonicalJson.Write(other), CanonicalJson.Write(next.Metadata.Signed["x-house"]!));
        Assert.Equal("1.0", ((JsonString)next.Metadata.Signed["spec_version"]!).Value);
        Assert.Equal(CanonicalJson.Write(chain.Newest.Metadata.Signed["keys"]!), CanonicalJson.Write(next.Metadata.Signed["keys"]!));
        Assert.Equal((2, 5_000_000_000), (next.Root.Version, next.Root.Expires));
        Assert.DoesNotContain(RootWords.Of(chain, next), l => l.Contains("changed", StringComparison.Ordinal));
    }

    [Fact]
    public void MembersOfARole_AreCarried()
    {
        RootChain chain = Chain();
        JsonObject signed = chain.Newest.Metadata.Signed;
        var roles = (JsonObject)signed["roles"]!;
        var targets = new JsonObject([.. ((JsonObject)roles["targets"]!).Members.Select(m => (m.Key, m.Value)), ("x-why", new JsonString("audit 7"))]);
        RootFile changed = RootFile.Read(SignedMetadata.Encode(CanonicalJson.Write(Replace(signed, "roles", Replace(roles, "targets", targets))), []));
        var draft = new RootDraft(Signed(changed));
        draft.SetThreshold("targets", 2);
        Assert.Equal("audit 7", ((JsonString)RootRoles.FormOf(draft.Finish().Metadata.Signed, "targets")!["x-why"]!).Value);
    }

    [Fact]
    public void PermitRole_IsARoleLikeTheOthers()
    {
        RootChain chain = Chain(Permit("carol", "dave"));
        var draft = new RootDraft(chain);
        draft.RemoveEverywhere(draft.Find("carol"));
        RootFile next = draft.Finish();
        RoleKeys permit = RootRoles.Find(next, RootRoles.Permit)!;
        Assert.Equal([_keys["dave"].Public.KeyId], permit.Keys.Select(k => k.KeyId));
        Assert.DoesNotContain(_keys["carol"].Public.KeyId, System.Text.Encoding.UTF8.GetString(next.Bytes), StringComparison.Ordinal);
        Assert.Contains(RootWords.Of(chain, next), l => l.Contains("permits that carol", StringComparison.Ordinal));

        draft = new RootDraft(chain);
        draft.RemoveEverywhere(draft.Find("carol"));
        draft.RemoveEverywhere(draft.Find("dave"));
        Assert.Equal("permit needs 1 signature and would have no key", Assert.Throws<ToolException>(draft.Finish).Message);
    }

    [Fact]
    public void PermitRole_CanComeLater()
    {
        var draft = new RootDraft(Chain());
        draft.Add(RootRoles.Permit, _keys["dave"].Public, "dave");
        Assert.Equal(1, RootRoles.Find(draft.Finish(), RootRoles.Permit)!.Threshold);
    }

    [Fact]
    public void KeyThatIsNamedElsewhere_DoesNotGo()
    {
        RootChain chain = Chain(("x-house", new JsonObject(("deputy", new JsonArray([new JsonString(_keys["bob"].Public.KeyId)])))));
        var draft = new RootDraft(chain);
        draft.SetThreshold("root", 1);
        draft.RemoveEverywhere(draft.Find("bob"));
        Assert.Equal("x-house of the root names a key that goes, in a way this tool does not know", Assert.Throws<ToolException>(draft.Finish).Message);
    }

    [Fact]
    public void NameOfTwoKeys_IsRefused()
    {
        var draft = new RootDraft(Chain());
        draft.Add("targets", _keys["dave"].Public, "alice");
        Assert.Equal("alice would be the name of 2 keys", Assert.Throws<ToolException>(draft.Finish).Message);
    }

    [Fact]
    public void NewKeyOfTheSamePerson_TakesOverTheName()
    {
        var draft = new RootDraft(Chain());
        draft.RemoveEverywhere(draft.Find("alice"), _keys["dave"].Public, "alice");
        RootFile next = draft.Finish();
        Assert.Equal("alice", KeyNames.Of(next.Metadata.Signed).Of(_keys["dave"].Public.KeyId));
        Assert.All(RootRoles.Of(next), r => Assert.DoesNotContain(r.Role.Keys, k => k.KeyId == _keys["alice"].Public.KeyId));
    }

    [Fact]
    public void LostKeyThatTheRootBeforeCannotDoWithout_IsSaid()
    {
        // Root 1 asks for alice and bob; without bob nobody can ever follow it, and whoever revokes him must know before the ceremony.
        RootChain chain = Chain();
        var draft = new RootDraft(chain);
        draft.RemoveEverywhere(draft.Find("bob"));
        draft.SetThreshold("root", 1);
        draft.SetThreshold("targets", 1);
        Assert.Contains(RootWords.Of(chain, draft.Finish()), l => l.StartsWith("  needs      a signature of bob", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("alice", true)]
    [InlineData("Alice O'Example (safe B), 2nd", false)]
    [InlineData("Alice O'Example (safe B)", true)]
    [InlineData("Zoë Müller-Lüdenscheidt", true)]
    [InlineData("山田太郎", true)]
    [InlineData("", false)]
    [InlineData(" alice", false)]
    [InlineData("alice  bob", false)]
    [InlineData("alice\u202Ebob", false)]
    [InlineData("alice\u0007", false)]
    [InlineData("alice\nbob", false)]
    public void Names(string name, bool good) => Assert.Equal(good, KeyNames.IsName(name));

    [Fact]
    public void NameInARoot_ThatIsNoName_IsPassedOver()
    {
        string id = _keys["alice"].Public.KeyId;
        KeyNames names = KeyNames.Of(new JsonObject((KeyNames.Member, KeyNames.Form([KeyValuePair.Create(id, "a\u202Eb")]))));
        Assert.Equal(id[..12], names.Word(id));
    }

    private RootChain Chain(params (string, JsonValue)[] members)
    {
        RoleKeys Of(int threshold, params string[] names) => new([.. names.Select(n => _keys[n].Public)], threshold);
        var root = new RootMetadata
        {
            Version = 1,
            Expires = 4_000_000_000,
            Root = Of(2, "alice", "bob"),
            Timestamp = Of(1, "alice"),
            Snapshot = Of(1, "alice"),
            Targets = Of(1, "alice", "bob"),
        };
        var signed = (JsonObject)CanonicalJson.Parse(root.Encode());
        signed = Replace(signed, KeyNames.Member, KeyNames.Form(_keys.Select(k => KeyValuePair.Create(k.Value.Public.KeyId, k.Key))));
        foreach ((string name, JsonValue value) in members)
        {
            if (name == RootRoles.Own)
            {
                signed = Replace(signed, "keys", new JsonObject(_keys.Values.Select(k => (k.Public.KeyId, (JsonValue)k.Public.Form))));
            }

            signed = Replace(signed, name, value);
        }

        return Signed(RootFile.Read(SignedMetadata.Encode(CanonicalJson.Write(signed), [])));
    }

    private (string, JsonValue) Permit(params string[] names) => (RootRoles.Own, new JsonObject(("permit", new JsonObject(
        ("keyids", new JsonArray(names.Select(n => new JsonString(_keys[n].Public.KeyId)))),
        ("threshold", new JsonInteger(1))))));

    private RootChain Signed(RootFile file)
    {
        byte[] message = [.. file.Metadata.SignedBytes];
        IEnumerable<MetadataSignature> signatures = new[] { "alice", "bob" }.Select(n => new MetadataSignature(_keys[n].Public.KeyId, [.. _keys[n].Sign(message)]));
        return RootChain.Of([("root 1", RootFile.Read(SignedMetadata.Encode(message, signatures)))]);
    }

    private static JsonObject Replace(JsonObject form, string name, JsonValue value) =>
        new([.. form.Members.Where(m => m.Key != name).Select(m => (m.Key, m.Value)), (name, value)]);
}
