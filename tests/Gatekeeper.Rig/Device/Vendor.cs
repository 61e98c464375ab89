namespace Gatekeeper.Rig;

/// <summary>A release to make: what goes onto the command line of <c>gatekeeper-sign release build</c>.</summary>
/// <param name="Version">Three numbers.</param>
/// <param name="Efi">Image of slot part efi.</param>
/// <param name="System">Image of slot part system.</param>
/// <param name="MetadataVersion">Higher for every release.</param>
/// <param name="Product">The product.</param>
public sealed record ReleaseOrder(string Version, string Efi, string System, int MetadataVersion, string Product = Vendor.Product)
{
    /// <summary>Names of the keys that sign; timestamp, alice and bob are the first root's.</summary>
    public IReadOnlyList<string> Signers { get; init; } = ["timestamp", "alice", "bob"];
}

/// <summary>A manufacturer with keys and a root: everything is done with the real program <c>gatekeeper-sign</c>.</summary>
public sealed class Vendor
{
    /// <summary>The product of the rig's devices.</summary>
    public const string Product = "PM200";

    /// <summary>The hardware id of the rig's devices: model and revision of device.json.</summary>
    public const string Hardware = "PM200-C";

    // The keys guard nothing but test images.
    private static readonly Dictionary<string, string> Passphrase = new() { ["GATEKEEPER_PASSPHRASE"] = "only for the rig's own devices" };
    private static readonly string[] Roles = ["root", "timestamp", "snapshot", "targets", "permit"];

    private Vendor(string folder) => Folder = folder;

    /// <summary>Keys and root.</summary>
    public string Folder { get; }

    /// <summary>The first root, as it goes into the device's image.</summary>
    public string Root => Path.Combine(Roots, "1.root.json");

    /// <summary>Every root.</summary>
    public string Roots => Path.Combine(Folder, "roots");

    /// <summary>The program.</summary>
    public static string Tool { get; } = Repository.At(
        "signing-tools", "Gatekeeper.Signing", "bin", Configuration(), "net10.0", "gatekeeper-sign");

    /// <summary>A vendor whose keys stay in the cache, so that images with its root in them can be reused.</summary>
    public static async Task<Vendor> CachedAsync(string name)
    {
        string folder = Path.Combine(Repository.Cache, "rig", $"vendor-permits-{name}");
        using IDisposable alone = await CacheLock.TakeAsync($"vendor-{name}");
        Vendor vendor = new(folder);
        return File.Exists(vendor.Root) ? vendor : await NewAsync(folder);
    }

    /// <summary>A vendor with new keys: two people sign releases (snapshot and targets, both needed), one key each for root, timestamp and permits.</summary>
    public static async Task<Vendor> NewAsync(string folder)
    {
        Vendor vendor = new(folder);
        Directory.CreateDirectory(Path.GetDirectoryName(vendor.Root)!);
        foreach (string key in new[] { "root", "timestamp", "alice", "bob", "permit" })
        {
            await vendor.NewKeyAsync(key);
        }
        List<string> arguments = ["root", "new", "--out", Path.GetDirectoryName(vendor.Root)!, "--expires", "2046-01-01"];
        foreach (string role in Roles)
        {
            arguments.AddRange(["--role", role is "root" or "timestamp" or "permit"
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
            "--root-dir", Roots, "--out", file);
        await SignAsync(["release", "sign", file, "--yes", "--key", .. order.Signers.Select(Key)]);
        return file;
    }

    /// <summary>A copy with the same keys and roots, to go on with in another way.</summary>
    public Vendor Copy(string folder)
    {
        Directory.CreateDirectory(Path.Combine(folder, "roots"));
        foreach (string file in Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories))
        {
            File.Copy(file, Path.Combine(folder, Path.GetRelativePath(Folder, file)), overwrite: true);
        }
        return new Vendor(folder);
    }

    /// <summary>A new key with a name.</summary>
    public async Task NewKeyAsync(string name)
    {
        File.Delete(Key(name));
        File.Delete(Public(name));
        await SignAsync("key", "new", "--out", Key(name));
    }

    /// <summary>Makes the next root, signed by the root key.</summary>
    /// <param name="change">What goes behind <c>root rotate</c>.</param>
    public async Task RotateAsync(params string[] change)
    {
        string request = Path.Combine(Folder, "rotate.gks");
        File.Delete(request);
        await SignAsync(["root", "rotate", "--root-dir", Roots, .. change, "--out", request]);
        await SignAsync("request", "sign", request, "--yes", "--key", Key("root"));
        await SignAsync("request", "finish", request, "--root-dir", Roots);
    }

    /// <summary>A file of all roots.</summary>
    public async Task<string> RootsFileAsync(string file)
    {
        File.Delete(file);
        await SignAsync("root", "export", "--root-dir", Roots, "--out", file);
        return file;
    }

    /// <summary>A permit.</summary>
    /// <param name="file">The .gkp to make.</param>
    /// <param name="wanted">What goes behind <c>permit new</c>.</param>
    public async Task<string> PermitAsync(string file, params string[] wanted)
    {
        File.Delete(file);
        await SignAsync(["permit", "new", "--root-dir", Roots, .. wanted, "--key", Key("permit"), "--out", file]);
        return file;
    }

    /// <summary>Runs <c>gatekeeper-sign</c>; it must end with 0.</summary>
    public static Task<string> SignAsync(params string[] arguments)
        => HostTool.RunAsync(Tool, arguments, TimeSpan.FromMinutes(5), environment: Passphrase);

    /// <summary>The private key of this name.</summary>
    public string Key(string name) => Path.Combine(Folder, $"{name}.pem");

    /// <summary>The public key of this name.</summary>
    public string Public(string name) => Path.Combine(Folder, $"{name}.pub.json");

    private static string Configuration()
        => AppContext.BaseDirectory.Contains("/Release/", StringComparison.Ordinal) ? "Release" : "Debug";
}
