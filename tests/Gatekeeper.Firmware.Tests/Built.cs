using Gatekeeper.Rig;

namespace Gatekeeper.Firmware.Tests;

/// <summary>Images made by firmware/build, each once for this run of the tests. Programs and kernel come from the shared cache.</summary>
public sealed class Built : IDisposable
{
    private static readonly string[] Shipped = ["--product", "TEST-1", "--hardware", "test-1-a", "--version", "7.8.9"];

    private readonly string folder = Repository.NewScratch("images");
    private readonly Lazy<Task<string>> shipped;
    private readonly Lazy<Task<string>> rig;

    /// <summary>Nothing is built before it is asked for.</summary>
    public Built()
    {
        File.WriteAllText(RootFile, """{"signatures":[],"signed":{"_type":"root"}}""");
        shipped = new(() => MakeAsync("shipped"));
        rig = new(() => MakeAsync("rig", "--rig"));
    }

    /// <summary>The root metadata that is built in.</summary>
    public string RootFile => Path.Combine(folder, "root.json");

    /// <summary>The folder of an image that could be shipped but for <c>--release</c>, which demands a package this registry may not have.</summary>
    public Task<string> ShippedAsync() => shipped.Value;

    /// <summary>The folder of the same image for the rig.</summary>
    public Task<string> RigAsync() => rig.Value;

    /// <summary>Builds into a new folder.</summary>
    public Task<string> MakeAsync(string name, params string[] more) => MakeAsync(name, null, more);

    /// <summary>Builds into a new folder with another cache.</summary>
    public async Task<string> MakeAsync(string name, string? cacheHome, string[] more)
    {
        string result = Path.Combine(folder, name);
        Dictionary<string, string> environment = cacheHome is null ? [] : new() { ["XDG_CACHE_HOME"] = cacheHome };
        await HostTool.RunAsync(Repository.At("firmware", "build"), ["--out", result, "--root", RootFile, .. Shipped, .. more],
            TimeSpan.FromMinutes(40), environment: environment);
        return result;
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(folder, recursive: true);
}
