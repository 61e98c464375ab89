namespace Gatekeeper.Rig.Tests.Unit;

/// <summary>The NBD server against QEMU's own client, qemu-io.</summary>
public sealed class NbdServerTests : IDisposable
{
    private readonly string image = Path.Combine(Repository.NewScratch("nbd"), "image");

    public NbdServerTests() => File.WriteAllBytes(image, new byte[1 << 20]);

    [Fact]
    public async Task WritesFlushesAndReadsAsQemuSeesThem()
    {
        using VolatileDisk disk = new(image);
        await using NbdServer server = new(disk);
        List<DiskAct> acts = [];
        server.Watch = acts.Add;

        ToolResult said = await IoAsync(server, "write -P 0xab 4096 8192", "flush", "write -f -P 0xcd 65536 512", "read -P 0xab 4096 8192", "read -P 0 0 4096");

        Assert.True(said.ExitCode == 0 && !said.Output.Contains("failed", StringComparison.Ordinal), said.Output + said.Error);
        Assert.Null(server.Fault);
        Assert.Contains(new DiskAct(1, false, 4096, 8192), acts);
        byte[] medium = await File.ReadAllBytesAsync(image);
        Assert.All(medium[4096..12288], b => Assert.Equal(0xAB, b));
        Assert.All(medium[65536..66048], b => Assert.Equal(0xCD, b)); // forced, without a flush
    }

    [Fact]
    public async Task TheCutStopsTheAnswers_AndOnlyWhatWasFlushedStays()
    {
        using VolatileDisk disk = new(image);
        await using NbdServer server = new(disk);
        server.CutWhen(CutRule.InRange(512 * 1024, 4096));

        Task<ToolResult> io = IoAsync(server, "write -P 1 0 4096", "flush", "write -P 2 4096 4096", "write -P 3 524288 4096", "write -P 4 8192 512");
        await server.WhenCut.WaitAsync(TimeSpan.FromSeconds(20));
        await server.DisposeAsync(); // as a power supply would, it ends QEMU's connection
        await io;

        byte[] medium = await File.ReadAllBytesAsync(image);
        Assert.All(medium[..4096], b => Assert.Equal(1, b));
        Assert.All(medium[4096..], b => Assert.Equal(0, b));
    }

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(image)!, recursive: true);

    // -t writeback leaves the flushes to the test; qemu-io flushes once more when it ends by itself.
    private static Task<ToolResult> IoAsync(NbdServer server, params string[] commands)
        => HostTool.TryRunAsync(
            "qemu-io", ["-t", "writeback", .. commands.SelectMany(c => new[] { "-c", c }), "--image-opts", $"driver=nbd,server.type=unix,server.path={server.SocketPath}"],
            TimeSpan.FromSeconds(20));
}
