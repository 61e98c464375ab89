using Gatekeeper.Rig;

namespace Gatekeeper.Firmware.Tests;

/// <summary>init's own readers (firmware/init) behind a small program, compiled with the address and undefined-behaviour sanitizers.</summary>
public sealed class InitProbe : IAsyncLifetime
{
    private static readonly string[] Sources = ["gpt.c", "slot.c", "cmdline.c", "trial.c", "files.c", "log.c"];

    private readonly string folder = Repository.NewScratch("probe");

    /// <summary>Where a test may put files; removed at the end.</summary>
    public string Folder => folder;

    /// <inheritdoc/>
    public async Task InitializeAsync()
        => await HostTool.RunAsync("gcc",
        [
            "-std=c11", "-D_GNU_SOURCE", "-g", "-Wall", "-Wextra", "-Werror", "-fsanitize=address,undefined", "-fno-sanitize-recover=all",
            "-I", Repository.At("firmware", "init"), "-o", Path.Combine(folder, "probe"),
            Repository.At("tests", "Gatekeeper.Firmware.Tests", "native", "probe.c"),
            .. Sources.Select(name => Repository.At("firmware", "init", name)),
        ]);

    /// <inheritdoc/>
    public Task DisposeAsync()
    {
        Directory.Delete(folder, recursive: true);
        return Task.CompletedTask;
    }

    /// <summary>Asks the probe; an exit code above 1 is a crash or a misuse and fails the test.</summary>
    public async Task<ToolResult> AskAsync(params string[] arguments)
    {
        ToolResult result = await HostTool.TryRunAsync(Path.Combine(folder, "probe"), arguments);
        Assert.True(result.ExitCode <= 1 && result.Error.Length == 0, result.Error);
        return result;
    }
}
