using System.Text.Json.Nodes;

namespace Gatekeeper.Rig;

/// <summary>How an image of the rig may be bad: the argument of <c>firmware/build --bad</c>.</summary>
public enum Fault
{
    /// <summary>A good one.</summary>
    None,

    /// <summary>Its init ends, so the kernel panics.</summary>
    Panic,

    /// <summary>Its init hangs before it feeds the watchdog.</summary>
    Hang,

    /// <summary>Its program answers the health check with no.</summary>
    Health,
}

/// <summary>What an image of the rig may have beside its version.</summary>
/// <param name="Fault">How it is bad.</param>
/// <param name="NextState">Its Gatekeeper is a later one: it writes the next format of the state partition.</param>
/// <param name="Policy">Another policy.json, or null for the reference image's.</param>
/// <param name="DebianKernel">On Debian's packaged kernel, which has drivers for sticks and keyboards as modules.</param>
/// <param name="Name">Names the variant in file names when the other members do not say enough; letters and dashes.</param>
public sealed record ImageVariant(Fault Fault = Fault.None, bool NextState = false, string? Policy = null, bool DebianKernel = false, string Name = "")
{
    /// <summary>For file names; empty for the plain image.</summary>
    public string Suffix => $"{(Fault == Fault.None ? "" : $"-{Fault}".ToLowerInvariant())}{(NextState ? "-next" : "")}{(DebianKernel ? "-debian" : "")}{(Name.Length == 0 ? "" : $"-{Name}")}";
}

/// <summary>The images of one version, made by <c>firmware/build --rig</c>.</summary>
/// <param name="Folder">Where they are.</param>
public sealed record Images(string Folder)
{
    /// <summary>Payload efi.</summary>
    public string Efi => Path.Combine(Folder, "efi.img");

    /// <summary>Payload system.</summary>
    public string System => Path.Combine(Folder, "system.img");

    /// <summary>The unified kernel image, for the factory boot.</summary>
    public string Slot => Path.Combine(Folder, "slot.efi");

    /// <summary>SHA-256 over both payloads' digests.</summary>
    public string Digest()
    {
        JsonNode parts = JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, "parts.json")))!["parts"]!;
        return Hash.Text($"{parts["efi"]!["sha256"]} {parts["system"]!["sha256"]}");
    }

    /// <summary>Builds a version into a folder of its own; slow steps come from firmware's cache.</summary>
    /// <param name="vendor">Its root goes into the image.</param>
    /// <param name="version">Three numbers.</param>
    /// <param name="variant">What else is special about it.</param>
    /// <param name="folder">Where to; by default one under out/rig-images.</param>
    /// <param name="onLine">Gets the build's output as it comes.</param>
    public static async Task<Images> BuildAsync(
        Vendor vendor, string version, ImageVariant? variant = null, string? folder = null, Action<string>? onLine = null)
    {
        variant ??= new ImageVariant();
        folder ??= Path.Combine(Repository.Out, "rig-images", version + variant.Suffix);
        using IDisposable alone = await CacheLock.TakeAsync("images");
        List<string> arguments =
        [
            "--out", folder, "--product", Vendor.Product, "--hardware", Vendor.Hardware, "--version", version, "--root", vendor.Root, "--rig",
        ];
        if (variant.Fault != Fault.None)
        {
            arguments.AddRange(["--bad", Name(variant.Fault)]);
        }
        if (variant.NextState)
        {
            arguments.Add("--next-state");
        }
        if (variant.DebianKernel)
        {
            arguments.Add("--debian-kernel");
        }
        if (variant.Policy is not null)
        {
            arguments.AddRange(["--policy", variant.Policy]);
        }
        await HostTool.RunAsync(Repository.At("firmware", "build"), arguments, TimeSpan.FromMinutes(25), onLine: onLine);
        return new Images(folder);
    }

    private static string Name(Fault fault) => fault switch
    {
        Fault.Panic => "panic",
        Fault.Hang => "hang",
        Fault.Health => "health",
        _ => throw new ArgumentOutOfRangeException(nameof(fault)),
    };
}
