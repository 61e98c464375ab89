namespace Gatekeeper.Rig;

/// <summary>Where things lie: the clone the tests were built from, the cache shared by clones, and scratch space.</summary>
public static class Repository
{
    /// <summary>The clone's top folder: the nearest one above the test program that holds Gatekeeper.sln.</summary>
    public static string Root => RepositoryRoot.Path;

    /// <summary>The cache of DESIGN: <c>${XDG_CACHE_HOME:-$HOME/.cache}/gatekeeper</c>, created when missing.</summary>
    public static string Cache { get; } = Directory.CreateDirectory(CachePath()).FullName;

    /// <summary>Screenshots, logs and figures of the last runs; ignored by git.</summary>
    public static string Out { get; } = Directory.CreateDirectory(Path.Combine(Root, "out")).FullName;

    /// <summary>A path inside the clone.</summary>
    public static string At(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>A new private folder with a short path: a unix socket's path may have 107 bytes.</summary>
    public static string NewScratch(string name) => Directory.CreateTempSubdirectory($"gk-{name}-").FullName;

    private static string CachePath()
    {
        string? given = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return Path.Combine(string.IsNullOrEmpty(given) ? Path.Combine(home, ".cache") : given, "gatekeeper");
    }
}
