using System.Text;
using Gatekeeper.Release;

namespace Gatekeeper.Vectors;

/// <summary>
/// Makes permits, site roots and approvals from their JSON text, apart from the reader's own classes. The manufacturer's root names
/// permit-1 to permit-3, the site's root site-1 to site-3; two of each three must sign.
/// </summary>
public static class StatementForge
{
    /// <summary>The nonce of every permit, as the device's challenge shows it.</summary>
    public const string Nonce = "0123-4567-89AB-CDEF-GHJK";

    /// <summary>The device's id.</summary>
    public const string Device = "SN-0001";

    /// <summary>A release's digest.</summary>
    public static string Digest => new('5', 64);

    /// <summary>The root the devices of permit vectors trust.</summary>
    public static byte[] TrustedRoot
    {
        get
        {
            Forge forge = VectorSet.NewForge();
            forge.Roots[0].Permit = ["permit-1", "permit-2", "permit-3"];
            return forge.BuildRoots()[0];
        }
    }

    /// <summary>The site root the devices of approval vectors have.</summary>
    public static byte[] Site => Sign(SiteText(1, "site-1", "site-2", "site-3"), "site-1", "site-2");

    /// <summary>What is signed of a permit for one release below the floor.</summary>
    public static string DowngradeText => Head("permit").Set("action", Text("downgrade")).Set("challenge", ChallengeText(Device)).Set("digest", Text(Digest)).Set("product", Text("PM200"));

    /// <summary>What is signed of a permit that sets the site root.</summary>
    public static string SiteRootText => Head("permit").Set("action", Text("site-root")).Set("challenge", ChallengeText(Device)).Set("product", Text("PM200"))
        .Set("site_root", Encoding.Latin1.GetString(Site));

    /// <summary>What is signed of a permit that allows a device at a port.</summary>
    public static string PeripheralText => Head("permit").Set("action", Text("peripheral")).Set("challenge", ChallengeText(Device)).Set("product", Text("PM200"))
        .Set("peripheral", "{}").Set("peripheral/digest", Text(Digest)).Set("peripheral/port", Text("1-2"));

    /// <summary>What is signed of a permit that brings facts, to a device that never had any.</summary>
    public static string ProvisionText => Head("permit").Set("action", Text("provision")).Set("product", Text("PM200")).Set("device", "{}")
        .Set("device/hardware_revision", Text("C")).Set("device/id", Text(Device)).Set("device/keys", """[{"k":"one"}]""").Set("device/model", Text("PM200")).Set("device/site_root", "null");

    /// <summary>What is signed of an approval.</summary>
    public static string ApprovalText => Head("approval").Set("decision", Text("approve")).Set("digest", Text(Digest)).Set("product", Text("PM200")).Set("sequence", "1");

    /// <summary>What is signed of a site root: these keys, two of which must sign, or the only one.</summary>
    public static string SiteText(int version, params string[] keys)
    {
        string text = Head("site-root").Set("name", Text("St. Anna")).Set("version", $"{version}").Set("threshold", keys.Length > 1 ? "2" : "1").Set("keys", "{}");
        foreach (TestKey key in keys.Select(TestKey.Of))
        {
            text = text.Set($"keys/{key.Id}", Encoding.Latin1.GetString(CanonicalJson.Write(key.Key.Form)));
        }

        return text.Set("keyids", $"[{string.Join(',', keys.Select(k => Text(TestKey.Of(k).Id)))}]");
    }

    /// <summary>The challenge a permit names.</summary>
    public static string ChallengeText(string device) => "{}".Set("device", Text(device)).Set("nonce", Text(Nonce));

    /// <summary>The whole file.</summary>
    /// <param name="text">What is signed, one character a byte.</param>
    /// <param name="signers">Names of the keys that sign.</param>
    public static byte[] Sign(string text, params string[] signers) => new RolePlan(signers).Sign(Encoding.Latin1.GetBytes(text));

    private static string Head(string type) => $$"""{"_type":"x-gatekeeper-{{type}}","critical":[],"format":1,"min_reader":1}""";

    private static string Text(string text) => $"\"{text}\"";
}
