namespace Gatekeeper.Vectors;

/// <summary>Where the repository lies, seen from a test that runs somewhere inside it.</summary>
public static class Repository
{
    /// <summary>The folder that holds <c>Gatekeeper.sln</c>.</summary>
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    private static string Find(string folder)
    {
        for (string? at = folder; at is not null; at = Path.GetDirectoryName(at))
        {
            if (File.Exists(Path.Combine(at, "Gatekeeper.sln")))
            {
                return at;
            }
        }

        throw new InvalidOperationException("not inside the repository");
    }
}
