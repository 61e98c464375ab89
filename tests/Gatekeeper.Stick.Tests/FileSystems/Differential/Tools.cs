namespace Gatekeeper.Stick.Tests.FileSystems.Differential;

/// <summary>The tools on damaged volumes, where failing is an answer.</summary>
internal static class Tools
{
    // mdir follows a folder that is its own parent until it dies of it.
    private const int MaxSeconds = 10;

    /// <summary>Runs a tool. True when it ended with 0.</summary>
    public static bool Try(string tool, out string output, params string[] arguments)
    {
        try
        {
            output = Tool.Run("timeout", ["--kill-after=1", $"{MaxSeconds}", tool, .. arguments]);
            return true;
        }
        catch (InvalidOperationException failed) when (failed.Message.Contains(": exit ", StringComparison.Ordinal))
        {
            output = "";
            return false;
        }
    }

    /// <summary>
    /// What fsck.vfat says has its own name, its count of files, and nothing else; some complaints change its exit code and some do not. That FSInfo gives no
    /// count of free clusters is no complaint: our writer leaves it open.
    /// </summary>
    public static bool HasNoComplaint(string said) => said.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .All(line => line.StartsWith("fsck.fat ", StringComparison.Ordinal) || line.Contains(" files, ", StringComparison.Ordinal) || line.StartsWith("Free cluster summary ", StringComparison.Ordinal));

    /// <summary>The files in a list of <c>mdir -/ -b</c>.</summary>
    public static IEnumerable<string> Paths(string list) =>
        list.Split('\n').Where(line => line.StartsWith("::/", StringComparison.Ordinal) && !line.EndsWith('/')).Select(line => line[3..]);

    /// <summary>A file's bytes as <c>mcopy</c> reads them, or null when it does not.</summary>
    public static byte[]? Copy(MutatedVolume volume, string path)
    {
        string target = volume.Scratch.Path("copy");
        File.Delete(target);
        return Try("mcopy", out _, "-n", "-i", volume.Path, $"::{path}", target) && File.Exists(target) ? File.ReadAllBytes(target) : null;
    }
}
