namespace Gatekeeper.Vectors;

/// <summary>Where the repository lies, seen from a test that runs somewhere inside it.</summary>
public static class Repository
{
    /// <summary>The folder that holds <c>Gatekeeper.sln</c>.</summary>
    public static string Root => RepositoryRoot.Path;
}
