using System.ComponentModel;
using System.Diagnostics;

namespace Gatekeeper.Rig;

/// <summary>What a program on the host answered.</summary>
/// <param name="ExitCode">0 to 255.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error.</param>
public sealed record ToolResult(int ExitCode, string Output, string Error);

/// <summary>Runs short programs of the host (mkfs.vfat, mcopy, qemu-img, firmware/build, gatekeeper-sign) to their end.</summary>
public static class HostTool
{
    /// <summary>Runs a program and returns whatever it answered. Past <paramref name="limit"/> it is killed with its children.</summary>
    /// <exception cref="RigException">The program is missing, or did not end in time.</exception>
    public static async Task<ToolResult> TryRunAsync(
        string program, IEnumerable<string> arguments, TimeSpan? limit = null, string? folder = null,
        string? input = null, IReadOnlyDictionary<string, string>? environment = null, Action<string>? onLine = null)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = folder ?? Repository.Root,
        };
        foreach (KeyValuePair<string, string> pair in environment ?? new Dictionary<string, string>())
        {
            start.Environment[pair.Key] = pair.Value;
        }

        using Process process = StartOrExplain(start);
        TimeSpan time = limit ?? TimeSpan.FromMinutes(1);
        using CancellationTokenSource tooLong = new(time);
        try
        {
            Task<string> output = ReadAsync(process.StandardOutput, onLine);
            Task<string> error = ReadAsync(process.StandardError, onLine);
            if (input is not null)
            {
                await process.StandardInput.WriteAsync(input);
            }
            process.StandardInput.Close();
            await process.WaitForExitAsync(tooLong.Token);
            return new ToolResult(process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new RigException($"{program} did not end within {time.TotalSeconds:0} s");
        }
    }

    /// <summary>Runs a program that must end with 0; returns its standard output.</summary>
    /// <exception cref="RigException">As <see cref="TryRunAsync"/>, and when the exit code is not 0.</exception>
    public static async Task<string> RunAsync(
        string program, IEnumerable<string> arguments, TimeSpan? limit = null, string? folder = null,
        string? input = null, IReadOnlyDictionary<string, string>? environment = null, Action<string>? onLine = null)
    {
        ToolResult result = await TryRunAsync(program, arguments, limit, folder, input, environment, onLine);
        return result.ExitCode == 0
            ? result.Output
            : throw new RigException($"{program} {string.Join(' ', arguments)} ended with {result.ExitCode}:\n{result.Output}{result.Error}");
    }

    internal static Process StartOrExplain(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start) ?? throw new RigException($"{start.FileName} did not start");
        }
        catch (Win32Exception missing)
        {
            throw new RigException($"{start.FileName} did not start: {missing.Message} (tests/run installs what is needed)", missing);
        }
    }

    private static async Task<string> ReadAsync(StreamReader reader, Action<string>? onLine)
    {
        if (onLine is null)
        {
            return await reader.ReadToEndAsync();
        }
        System.Text.StringBuilder all = new();
        while (await reader.ReadLineAsync() is { } line)
        {
            all.Append(line).Append('\n');
            onLine(line);
        }
        return all.ToString();
    }
}
