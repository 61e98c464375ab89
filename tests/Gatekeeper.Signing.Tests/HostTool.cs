using System.Diagnostics;

namespace Gatekeeper.Signing.Tests;

/// <summary>Runs Debian's own tools, which know nothing of ours: openssl, fsck, tar.</summary>
internal static class HostTool
{
    internal static (int Code, string Output) Run(string folder, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        start.Environment["GATEKEEPER_PASSPHRASE"] = Workshop.Passphrase;
        start.Environment["PATH"] = start.Environment["PATH"] + ":/usr/sbin:/sbin"; // fsck lives there
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.Result);
    }
}
