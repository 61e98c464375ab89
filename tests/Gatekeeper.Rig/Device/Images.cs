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
    /// <param name="fault">How it is bad.</param>
    /// <param name="folder">Where to; by default one under out/rig-images.</param>
    /// <param name="onLine">Gets the build's output as it comes.</param>
    public static async Task<Images> BuildAsync(
        Vendor vendor, string version, Fault fault = Fault.None, string? folder = null, Action<string>? onLine = null)
    {
        folder ??= Path.Combine(Repository.Out, "rig-images", $"{version}{(fault == Fault.None ? "" : "-" + Name(fault))}");
        using IDisposable alone = await CacheLock.TakeAsync("images");
        List<string> arguments =
        [
            "--out", folder, "--product", Vendor.Product, "--hardware", Vendor.Hardware, "--version", version, "--root", vendor.Root, "--rig",
        ];
        if (fault != Fault.None)
        {
            arguments.AddRange(["--bad", Name(fault)]);
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
