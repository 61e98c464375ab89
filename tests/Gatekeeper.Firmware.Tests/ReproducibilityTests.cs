using System.Security.Cryptography;
using System.Text.Json;
using Gatekeeper.Rig;

namespace Gatekeeper.Firmware.Tests;

/// <summary>The same inputs give the same bytes, and the bytes are held together by the verity hash.</summary>
public sealed class ReproducibilityTests(Built built) : IClassFixture<Built>
{
    private static readonly string[] Outputs = ["efi.img", "system.img", "slot.efi", "initrd.img", "parts.json"];

    /// <summary>Everything but kernel and published programs is made a second time from nothing, two seconds later.</summary>
    [Fact]
    public async Task Build_Twice_IsTheSameBytes()
    {
        string first = await built.ShippedAsync();
        using TemporaryFolder other = new();
        string cache = Directory.CreateDirectory(Path.Combine(other.Path, "gatekeeper")).FullName;
        foreach (string slow in new[] { "kernel", "programs" })
        {
            Directory.CreateSymbolicLink(Path.Combine(cache, slow), Path.Combine(Repository.Cache, slow));
        }
        await Task.Delay(TimeSpan.FromSeconds(2)); // FAT keeps times in steps of two seconds
        string second = await built.MakeAsync("again", other.Path, []);
        foreach (string name in Outputs)
        {
            Assert.Equal(await HashAsync(Path.Combine(first, name)), await HashAsync(Path.Combine(second, name)));
        }
    }

    /// <summary>The programs too, published anew: takes minutes.</summary>
    [Fact]
    [Trait("long", "true")]
    public async Task Publish_Twice_IsTheSameBytes()
    {
        string first = await built.ShippedAsync();
        using TemporaryFolder other = new();
        string cache = Directory.CreateDirectory(Path.Combine(other.Path, "gatekeeper")).FullName;
        Directory.CreateSymbolicLink(Path.Combine(cache, "kernel"), Path.Combine(Repository.Cache, "kernel"));
        string second = await built.MakeAsync("published-again", other.Path, []);
        foreach (string name in Outputs)
        {
            Assert.Equal(await HashAsync(Path.Combine(first, name)), await HashAsync(Path.Combine(second, name)));
        }
    }

    [Fact]
    public async Task Parts_SayWhatTheFilesAre()
    {
        string folder = await built.ShippedAsync();
        using JsonDocument parts = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "parts.json")));
        foreach (string name in new[] { "efi", "system" })
        {
            JsonElement part = parts.RootElement.GetProperty("parts").GetProperty(name);
            string file = Path.Combine(folder, part.GetProperty("file").GetString()!);
            Assert.Equal(new FileInfo(file).Length, part.GetProperty("bytes").GetInt64());
            Assert.Equal(await HashAsync(file), part.GetProperty("sha256").GetString());
        }
    }

    /// <summary>The root hash on the signed command line is that of this system image; one changed byte anywhere is seen.</summary>
    [Fact]
    public async Task Verity_HashOfTheCommandLineFitsThisImageOnly()
    {
        string folder = await built.ShippedAsync();
        using TemporaryFolder work = new();
        string line = Path.Combine(work.Path, "cmdline"), copy = Path.Combine(work.Path, "system.img");
        await HostTool.RunAsync("objcopy", ["-O", "binary", "--only-section=.cmdline", Path.Combine(folder, "slot.efi"), line]);
        string[] verity = (await File.ReadAllTextAsync(line)).TrimEnd('\0').Split(' ').Single(word => word.StartsWith("gk.verity=", StringComparison.Ordinal))[10..].Split(':');
        File.Copy(Path.Combine(folder, "system.img"), copy);
        long dataBytes = long.Parse(verity[2], System.Globalization.CultureInfo.InvariantCulture) * 4096;

        Task<ToolResult> VerifyAsync() => HostTool.TryRunAsync("/usr/sbin/veritysetup",
        [
            "verify", "--no-superblock", "--hash=sha256", "--data-block-size=4096", "--hash-block-size=4096",
            $"--salt={verity[1]}", $"--data-blocks={verity[2]}", $"--hash-offset={dataBytes}", copy, copy, verity[0],
        ]);

        Assert.Equal(0, (await VerifyAsync()).ExitCode);
        using (FileStream file = new(copy, FileMode.Open))
        {
            file.Position = dataBytes / 2;
            int one = file.ReadByte();
            file.Position--;
            file.WriteByte((byte)(one ^ 1));
        }
        Assert.NotEqual(0, (await VerifyAsync()).ExitCode);
    }

    [Fact]
    public async Task Disk_HasItsPartitionsAndTheSameBytesTwice()
    {
        string folder = await built.ShippedAsync();
        using TemporaryFolder work = new();
        string[] disks = [Path.Combine(work.Path, "1"), Path.Combine(work.Path, "2")];
        foreach (string disk in disks)
        {
            await HostTool.RunAsync(Repository.At("firmware", "disk"), ["--from", folder, "--out", disk]);
        }
        Assert.Equal(await HashAsync(disks[0]), await HashAsync(disks[1]));
        string table = await HostTool.RunAsync("/usr/sbin/sgdisk", ["--print", disks[0]]);
        Assert.Equal(["gk-esp-a", "gk-sys-a", "gk-esp-b", "gk-sys-b", "gk-state", "gk-data"],
            table.Split('\n').Select(row => row.Split(' ')[^1]).Where(word => word.StartsWith("gk-", StringComparison.Ordinal)));
        Assert.Contains("No problems found", await HostTool.RunAsync("/usr/sbin/sgdisk", ["--verify", disks[0]]), StringComparison.Ordinal);
    }

    private static async Task<string> HashAsync(string file)
    {
        await using FileStream stream = File.OpenRead(file);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream));
    }
}
