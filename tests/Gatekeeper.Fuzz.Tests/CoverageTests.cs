using System.Diagnostics;

namespace Gatekeeper.Fuzz.Tests;

/// <summary>The program itself: it counts what it reaches, keeps what reaches more, and tells of a finding.</summary>
public sealed class CoverageTests
{
    [Fact]
    public void InstrumentedRun_CountsEdges_AndEndsWell()
    {
        (int code, string output) = Run("20", "chunk-table", "--cases", "2000", "--seed", "1");
        Assert.True(code == 0, output);
        string[] row = output.Split('\n').Single(line => line.StartsWith("| chunk-table |", StringComparison.Ordinal)).Split('|');
        Assert.Equal("2000", row[2].Trim());
        Assert.True(int.Parse(row[4], System.Globalization.CultureInfo.InvariantCulture) > 30, output);
    }

    [Fact]
    public void UnknownTarget_IsAnError()
    {
        (int code, string output) = Run("1", "no-such-target");
        Assert.Equal(2, code);
        Assert.Contains("chunk-table", output, StringComparison.Ordinal);
    }

    private static (int Code, string Output) Run(params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "Gatekeeper.Fuzz"), arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.Result);
    }
}
