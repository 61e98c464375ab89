namespace Gatekeeper;

/// <summary>The folder that holds Gatekeeper.sln, seen from a program that was built inside it. Compiled into each project that asks.</summary>
internal static class RepositoryRoot
{
    /// <summary>Its full path.</summary>
    public static string Path { get; } = Find();

    private static string Find()
    {
        // Builds map source paths away, so the way up starts at the program's own folder.
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(at.FullName, "Gatekeeper.sln")))
            {
                return at.FullName;
            }
        }

        throw new InvalidOperationException($"no Gatekeeper.sln above {AppContext.BaseDirectory}");
    }
}
