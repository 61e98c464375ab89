using System.Diagnostics;
using Gatekeeper.TufClient.Tests.Support;

namespace Gatekeeper.TufClient.Tests;

/// <summary>The command line: what is typed, what comes out, 0 or 1.</summary>
public sealed class CommandLineTests
{
    [Fact]
    public void Transcript()
    {
        using var bench = new ClientBench();
        Assert.Equal("trusts root 1\n", bench.Output);
        bench.Refresh();
        Assert.Equal("root 1, timestamp 1, snapshot 1, targets 1\n", bench.Output);
        bench.Download("x");
        Assert.Equal("error: there is no such target\nhint: is its path spelled as the repository has it?\n", bench.Output);
    }

    [Fact]
    public void OptionsBehindTheCommand_MeanTheSame()
    {
        using var bench = new ClientBench();
        Assert.Equal(0, bench.Run(Moment.Now, "refresh", "--metadata-url", bench.Server.Url + "metadata", "--metadata-dir", bench.MetadataDir));
    }

    [Theory]
    [InlineData("--metadata-dir D refresh", "error: --metadata-url is missing")]
    [InlineData("--metadata-dir D --metadata-url ftp://h/ refresh", "error: --metadata-url is no http or https URL")]
    [InlineData("--metadata-dir D --metadata-url http://127.0.0.1:1/ refresh", "error: no root is trusted yet")]
    [InlineData("--metadata-dir D --metadata-url http://127.0.0.1:1/ --target-name x --target-base-url http://127.0.0.1:1/ download", "error: --target-dir is missing")]
    [InlineData("--metadata-dir D --metadata-url http://127.0.0.1:1/ --target-base-url http://127.0.0.1:1/ --target-dir D download", "error: --target-name is missing")]
    [InlineData("--metadata-dir D init no-such-file", "error: there is no root of a usable size")]
    [InlineData("refresh", "--metadata-dir")]
    [InlineData("--metadata-dir D", "Required command")]
    public void Mistakes_EndWith1AndSayWhatIsWrong(string line, string said)
    {
        using var bench = new ClientBench(trusting: false);
        Assert.Equal(1, bench.Run(Moment.Now, [.. line.Split(' ').Select(a => a == "D" ? bench.MetadataDir : a)]));
        Assert.Contains(said, bench.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Program_RunsAsAProcessOfItsOwn()
    {
        using var bench = new ClientBench();
        using var process = Process.Start(new ProcessStartInfo("dotnet", [typeof(ClientCommands).Assembly.Location, "--metadata-dir", bench.MetadataDir, "--metadata-url", bench.Server.Url + "metadata", "refresh"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();

        // By this machine's clock the repository of 2026 is of any age, so either answer is right; a crash has another code.
        Assert.True(process.ExitCode == 0 || (process.ExitCode == 1 && errors.Contains("past its date", StringComparison.Ordinal)), errors);
        Assert.Equal(["2.root.json"], bench.MetadataRequests.Take(1));
    }
}
