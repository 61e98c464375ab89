using System.Diagnostics;

namespace Gatekeeper.StickImages;

/// <summary>Runs Debian's own tools, so that what is read was not written by the reader's author.</summary>
public static class Tool
{
    /// <summary>Runs a tool that must end with 0; returns what it said.</summary>
    public static string Run(string tool, params string[] arguments) => RunWith("", tool, arguments);

    /// <summary>The same with something to read.</summary>
    public static string RunWith(string input, string tool, params string[] arguments)
    {
        ProcessStartInfo start = new(tool, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // mkfs and sgdisk lie in sbin, which is not in everybody's path. mtools would ask before it opens an unusual image.
        start.Environment["PATH"] = $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin:/sbin";
        // Without a locale mtools has ASCII names only.
        start.Environment["MTOOLS_SKIP_CHECK"] = "1";
        start.Environment["LC_ALL"] = "C.UTF-8";
        using Process process = Process.Start(Resolve(start)) ?? throw new InvalidOperationException($"{tool} did not start");
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"{tool} {string.Join(' ', arguments)}: exit {process.ExitCode}\n{output}{errors.Result}");
    }

    private static ProcessStartInfo Resolve(ProcessStartInfo start)
    {
        foreach (string folder in start.Environment["PATH"]!.Split(':', StringSplitOptions.RemoveEmptyEntries))
        {
            string full = Path.Combine(folder, start.FileName);
            if (File.Exists(full))
            {
                start.FileName = full;
                return start;
            }
        }

        throw new InvalidOperationException($"{start.FileName} is not installed (dosfstools, mtools, exfatprogs, gdisk, fdisk)");
    }
}
