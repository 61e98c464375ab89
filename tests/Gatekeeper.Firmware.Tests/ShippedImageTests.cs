using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Gatekeeper.Rig;

namespace Gatekeeper.Firmware.Tests;

/// <summary>What is in an image that is shipped: a list of what may be there, so that anything new has to be thought about.</summary>
public sealed partial class ShippedImageTests(Built built) : IClassFixture<Built>
{
    private static readonly string[] InitramfsFiles =
    [
        "etc/gatekeeper/policy.json", "etc/group", "etc/passwd", "init",
        "usr/bin/gatekeeper", "usr/lib/gatekeeper/gatekeeperd", "usr/lib/gatekeeper/image.json", "usr/lib/gatekeeper/root.json",
    ];

    private static readonly string[] SystemFiles =
        ["etc/fonts/fonts.conf", "etc/group", "etc/passwd", "usr/bin/gatekeeper-kiosk", "usr/bin/sample-app", "usr/share/libthai/thbrk.tri", "usr/share/sample-app/version"];

    // Read by Pango and libthai alone.
    private static bool IsScreenData(string file) => Path.GetExtension(file) is ".ttf" or ".otf" or ".tri";

    [GeneratedRegex(@"^(lib/lib[A-Za-z0-9_+-]+(\.[0-9]+)*\.so(\.[0-9]+)*|lib64/ld-linux-x86-64\.so\.2)$")]
    private static partial Regex Library();

    [Fact]
    public async Task Initramfs_HoldsItsProgramsLibrariesAndNothingElse()
    {
        SortedDictionary<string, InitramfsFile> files = await Initramfs.ReadAsync(Path.Combine(await built.ShippedAsync(), "initrd.img"));
        Assert.Equal(InitramfsFiles, files.Where(file => (file.Value.Mode & 0xF000) != 0x4000 && !Library().IsMatch(file.Key)).Select(file => file.Key));
        Assert.All(files, file => Assert.True(IsProgramOrText(file.Key, file.Value.Content), file.Key));
    }

    [Fact]
    public async Task System_HoldsItsProgramsLibrariesFontsAndNothingElse()
    {
        using TemporaryFolder system = new();
        await HostTool.RunAsync("fsck.erofs", [$"--extract={system.Path}", Path.Combine(await built.ShippedAsync(), "system.img")]);
        string[] files = [.. Directory.EnumerateFiles(system.Path, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(system.Path, file)).Order(StringComparer.Ordinal)];
        Assert.Equal(SystemFiles, files.Where(file => !Library().IsMatch(file) && !file.EndsWith(".ttf", StringComparison.Ordinal) && !file.EndsWith(".otf", StringComparison.Ordinal)));
        Assert.Contains(files, file => file.EndsWith(".ttf", StringComparison.Ordinal));
        Assert.Contains(files, file => file.EndsWith(".otf", StringComparison.Ordinal));
        foreach (string file in files.Where(file => !IsScreenData(file)))
        {
            Assert.True(IsProgramOrText(file, await File.ReadAllBytesAsync(Path.Combine(system.Path, file))), file);
        }
    }

    /// <summary>The rig's shell and the bad inits are other programs, not switches of this one.</summary>
    [Theory]
    [InlineData("/rig")]
    [InlineData("ttyS1")]
    [InlineData("test variant")]
    [InlineData("/bin/sh")]
    public async Task Init_Shipped_DoesNotHold(string text)
    {
        SortedDictionary<string, InitramfsFile> files = await Initramfs.ReadAsync(Path.Combine(await built.ShippedAsync(), "initrd.img"));
        Assert.Equal(-1, files["init"].Content.AsSpan().IndexOf(Encoding.ASCII.GetBytes(text)));
    }

    /// <summary>The tests above can fail: the rig's image has all that they look for.</summary>
    [Fact]
    public async Task Initramfs_OfTheRig_HasItsShell()
    {
        SortedDictionary<string, InitramfsFile> files = await Initramfs.ReadAsync(Path.Combine(await built.RigAsync(), "initrd.img"));
        Assert.Contains("rig/sh", files.Keys);
        Assert.NotEqual(-1, files["init"].Content.AsSpan().IndexOf("/rig/sh"u8));
        Assert.Contains(files, file => file.Value.IsRegular && !IsProgramOrText(file.Key, file.Value.Content));
    }

    [Fact]
    public async Task Image_SaysWhatItIs()
    {
        SortedDictionary<string, InitramfsFile> files = await Initramfs.ReadAsync(Path.Combine(await built.ShippedAsync(), "initrd.img"));
        using JsonDocument image = JsonDocument.Parse(files["usr/lib/gatekeeper/image.json"].Content);
        Assert.Equal(("TEST-1", "7.8.9"), (image.RootElement.GetProperty("product").GetString(), image.RootElement.GetProperty("version").GetString()));
        Assert.Equal(await File.ReadAllBytesAsync(built.RootFile), files["usr/lib/gatekeeper/root.json"].Content);
    }

    [Theory]
    [InlineData("--release", "--rig")]
    [InlineData("--bad", "panic")]
    [InlineData("--bad", "nonsense", "--rig")]
    public async Task Build_ATestVariantThatCouldBeShipped_IsRefused(params string[] arguments)
    {
        ToolResult result = await HostTool.TryRunAsync(Repository.At("firmware", "build"),
            ["--out", "never", "--product", "P", "--hardware", "h", "--version", "1.0.0", "--root", built.RootFile, .. arguments]);
        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("error: ", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("trusted.root.json")]
    [InlineData("good_key_rsa/file.gku")]
    public async Task Build_AnImageToShipThatTrustsAKeyOfTheTests_IsRefused(string root)
    {
        ToolResult result = await HostTool.TryRunAsync(Repository.At("firmware", "build"),
            ["--out", "never", "--product", "P", "--hardware", "h", "--version", "1.0.0", "--release", "--root", Repository.At("tests", "vectors", root)]);
        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("error: --root has a key whose private half is published with the tests", result.Error, StringComparison.Ordinal);
    }

    // No script, no multi-call shell, and no key: libcrypto alone may hold the words it looks for in other files.
    private static bool IsProgramOrText(string name, ReadOnlySpan<byte> content)
        => !content.StartsWith("#!"u8)
            && content.IndexOf("BusyBox"u8) < 0
            && (content.StartsWith("\u007fELF"u8) || content.IndexOf("PRIVATE KEY"u8) < 0)
            && !name.Split('/').Any(part => part is "sh" or "bash" or "busybox" or "python3" or "perl");
}
