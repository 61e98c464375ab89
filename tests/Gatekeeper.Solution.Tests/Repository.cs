using System.Diagnostics;

namespace Gatekeeper.Solution.Tests;

/// <summary>The project's own files: what is tracked, and what would be with the next commit.</summary>
internal static class Repository
{
    private static readonly string[] Built = ["bin", "obj", "out", ".git", ".vs", "TestResults"];
    private static readonly Lazy<IReadOnlyList<string>> Tracked = new(FindTracked);

    /// <summary>The folder that holds Gatekeeper.sln.</summary>
    public static string Root => RepositoryRoot.Path;

    /// <summary>Paths relative to <see cref="Root"/>, with slashes. From git, or without it every file that no build made.</summary>
    public static IReadOnlyList<string> Files => Tracked.Value;

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    public static IEnumerable<string> FilesUnder(string folder, string extension) =>
        Files.Where(file => file.StartsWith(folder + "/", StringComparison.Ordinal) && file.EndsWith(extension, StringComparison.Ordinal));

    private static IReadOnlyList<string> FindTracked()
    {
        try
        {
            ProcessStartInfo start = new("git", ["-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]) { WorkingDirectory = Root, RedirectStandardOutput = true, RedirectStandardError = true };
            using Process git = Process.Start(start)!;
            Task<string> errors = git.StandardError.ReadToEndAsync();
            string list = git.StandardOutput.ReadToEnd();
            git.WaitForExit();
            _ = errors.Result;
            if (git.ExitCode == 0 && list.Length > 0)
                return [.. list.Split('\0', StringSplitOptions.RemoveEmptyEntries).Where(file => File.Exists(Path.Combine(Root, file)))];
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // No git on this machine: an unpacked archive is walked instead.
        }

        return [.. Walk(new DirectoryInfo(Root))];
    }

    private static IEnumerable<string> Walk(DirectoryInfo folder)
    {
        foreach (FileInfo file in folder.EnumerateFiles())
            yield return Path.GetRelativePath(Root, file.FullName);
        foreach (DirectoryInfo inner in folder.EnumerateDirectories().Where(inner => !Built.Contains(inner.Name)))
        {
            foreach (string file in Walk(inner))
                yield return file;
        }
    }
}
