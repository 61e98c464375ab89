namespace Gatekeeper.Rig;

/// <summary>A release to make: what goes onto the command line of <c>gatekeeper-sign release build</c>.</summary>
/// <param name="Version">Three numbers.</param>
/// <param name="Efi">Image of slot part efi.</param>
/// <param name="System">Image of slot part system.</param>
/// <param name="MetadataVersion">Higher for every release.</param>
/// <param name="Product">The product.</param>
public sealed record ReleaseOrder(string Version, string Efi, string System, int MetadataVersion, string Product = Vendor.Product);

/// <summary>A manufacturer with keys and a root: everything is done with the real program <c>gatekeeper-sign</c>.</summary>
public sealed class Vendor
{
    /// <summary>The product of the rig's devices.</summary>
    public const string Product = "PM200";

    /// <summary>The hardware id of the rig's devices: model and revision of device.json.</summary>
    public const string Hardware = "PM200-C";

    // The keys guard nothing but test images.
    private static readonly Dictionary<string, string> Passphrase = new() { ["GATEKEEPER_PASSPHRASE"] = "only for the rig's own devices" };
    private static readonly string[] Roles = ["root", "timestamp", "snapshot", "targets"];

    private Vendor(string folder) => Folder = folder;

    /// <summary>Keys and root.</summary>
    public string Folder { get; }

    /// <summary>The newest root, as it goes into the device's image.</summary>
    public string Root => Path.Combine(Folder, "roots", "1.root.json");

    /// <summary>The program.</summary>
    public static string Tool { get; } = Repository.At(
        "signing-tools", "Gatekeeper.Signing", "bin", Configuration(), "net10.0", "gatekeeper-sign");

    /// <summary>A vendor whose keys stay in the cache, so that images with its root in them can be reused.</summary>
    public static async Task<Vendor> CachedAsync(string name)
    {
        string folder = Path.Combine(Repository.Cache, "rig", $"vendor-{name}");
        using IDisposable alone = await CacheLock.TakeAsync($"vendor-{name}");
        Vendor vendor = new(folder);
        return File.Exists(vendor.Root) ? vendor : await NewAsync(folder);
    }

    /// <summary>A vendor with new keys: two people sign releases (snapshot and targets, both needed), one key each for root and timestamp.</summary>
    public static async Task<Vendor> NewAsync(string folder)
    {
        Vendor vendor = new(folder);
        Directory.CreateDirectory(Path.GetDirectoryName(vendor.Root)!);
        foreach (string key in new[] { "root", "timestamp", "alice", "bob" })
        {
            File.Delete(vendor.Key(key));
            File.Delete(vendor.Public(key));
            await SignAsync("key", "new", "--out", vendor.Key(key));
        }
        List<string> arguments = ["root", "new", "--out", Path.GetDirectoryName(vendor.Root)!, "--expires", "2046-01-01"];
        foreach (string role in Roles)
        {
            arguments.AddRange(["--role", role is "root" or "timestamp"
                ? $"{role}={vendor.Public(role)}:1"
                : $"{role}={vendor.Public("alice")},{vendor.Public("bob")}:2"]);
        }
        Directory.CreateDirectory(Path.GetDirectoryName(vendor.Root)!);
        File.Delete(vendor.Root);
        await SignAsync([.. arguments, "--sign", vendor.Key("root")]);
        return vendor;
    }

    /// <summary>Builds and signs a release.</summary>
    /// <param name="order">What it is.</param>
    /// <param name="file">The .gku to make.</param>
    public async Task<string> ReleaseAsync(ReleaseOrder order, string file)
    {
        File.Delete(file);
        await SignAsync(
            "release", "build", "--product", order.Product, "--version", order.Version, "--hardware", Hardware,
            "--signed-at", "2026-11-01", "--expires", "2046-01-01", "--metadata-version", $"{order.MetadataVersion}",
            "--part", $"efi={order.Efi}", "--part", $"system={order.System}",
            "--root-dir", Path.GetDirectoryName(Root)!, "--out", file);
        await SignAsync("release", "sign", file, "--key", Key("timestamp"), Key("alice"), Key("bob"));
        return file;
    }

    /// <summary>Runs <c>gatekeeper-sign</c>; it must end with 0.</summary>
    public static Task<string> SignAsync(params string[] arguments)
        => HostTool.RunAsync(Tool, arguments, TimeSpan.FromMinutes(5), environment: Passphrase);

    private string Key(string name) => Path.Combine(Folder, $"{name}.pem");

    private string Public(string name) => Path.Combine(Folder, $"{name}.pub.json");

    private static string Configuration()
        => AppContext.BaseDirectory.Contains("/Release/", StringComparison.Ordinal) ? "Release" : "Debug";
}
