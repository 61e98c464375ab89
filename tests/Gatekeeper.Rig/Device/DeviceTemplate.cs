namespace Gatekeeper.Rig;

/// <summary>
/// A device as it leaves the factory: version 1 in set a, provisioned, started once in order. Made once and kept in the cache under
/// the hash of its inputs; every test starts from a private overlay of it.
/// </summary>
public sealed class DeviceTemplate
{
    // A change of how the template is made must make a new one.
    private const string Recipe = "2";

    /// <summary>The facts that the rig's devices are given.</summary>
    public const string DeviceFile = """
        {"format":1,"id":"PM200-000017","model":"PM200","hardware_revision":"C","keys":[],"site_root":null}
        """;

    private DeviceTemplate(string folder) => Folder = folder;

    /// <summary>Where its files are.</summary>
    public string Folder { get; }

    /// <summary>The raw disk. Never written to once made.</summary>
    public string Disk => Path.Combine(Folder, "disk.raw");

    private string Variables => Path.Combine(Folder, "vars.fd");

    /// <summary>The template for these images, from the cache or made now.</summary>
    /// <param name="images">The factory version.</param>
    /// <param name="say">Gets what is being done.</param>
    public static async Task<DeviceTemplate> GetAsync(Images images, Action<string>? say = null)
    {
        string key = Hash.Text($"{Recipe} {images.Digest()} {DeviceFile}");
        string folder = Path.Combine(Repository.Cache, "rig", $"device-{key}");
        using IDisposable alone = await CacheLock.TakeAsync("device");
        if (!Directory.Exists(folder))
        {
            string making = folder + ".making";
            if (Directory.Exists(making))
            {
                Directory.Delete(making, recursive: true);
            }
            Directory.CreateDirectory(making);
            await new DeviceTemplate(making).MakeAsync(images, say ?? (_ => { }));
            Directory.Move(making, folder);
        }
        return new DeviceTemplate(folder);
    }

    /// <summary>Makes a template in a folder of the caller's, without the cache.</summary>
    public static async Task<DeviceTemplate> NewAsync(Images images, string folder, Action<string> say)
    {
        Directory.CreateDirectory(folder);
        DeviceTemplate template = new(folder);
        await template.MakeAsync(images, say);
        return template;
    }

    /// <summary>Starts a device from a private overlay.</summary>
    /// <param name="name">Names its logs.</param>
    /// <param name="lifetime">When it is killed at the latest.</param>
    /// <param name="screen">Pixels across and down; the reference device's when left out.</param>
    /// <param name="secondDisk">A raw image that the guest has as a second disk, or null.</param>
    public async Task<Device> StartAsync(string name, TimeSpan? lifetime = null, (int Width, int Height)? screen = null, string? secondDisk = null)
    {
        string scratch = await NewScratchAsync(name);
        Machine machine = Machine(name, scratch);
        return await Device.StartAsync(machine with
        {
            Width = screen?.Width ?? machine.Width,
            Height = screen?.Height ?? machine.Height,
            Disk = await OverlayAsync(scratch),
            SecondDisk = secondDisk,
            Lifetime = lifetime ?? TimeSpan.FromMinutes(10),
        });
    }

    /// <summary>A private copy of the disk, raw, for a <see cref="VolatileDisk"/>, and a machine for it.</summary>
    public async Task<(string Disk, Machine Machine)> RawCopyAsync(string name)
    {
        string scratch = await NewScratchAsync(name);
        return (await Stick.CopyAsync(Disk, Path.Combine(scratch, "disk.raw")), Machine(name, scratch));
    }

    private async Task MakeAsync(Images images, Action<string> say)
    {
        await HostTool.RunAsync(
            Repository.At("firmware", "disk"), ["--from", images.Folder, "--out", Disk, "--vars", Variables], TimeSpan.FromMinutes(5));

        say("factory boot: provisioning");
        Machine machine = Machine("factory", Folder) with { Disk = Disk, DiskFormat = "raw" };
        await using (Device factory = await Device.StartAsync(machine with { Kernel = images.Slot, CommandLine = null }))
        {
            await factory.Shell.PutFileAsync("/run/device.json", System.Text.Encoding.UTF8.GetBytes(DeviceFile));
            await factory.Shell.RunAsync("gatekeeper provision --device /run/device.json", TimeSpan.FromSeconds(60));
            await factory.SwitchOffAsync();
        }

        // A second start, so that the firmware has written its own entries and every test begins from the same settled store.
        say("first start from the disk");
        await using Device first = await Device.StartAsync(machine with { Name = "first-start" });
        await first.WaitStatusAsync(
            "idle device in set a", TimeSpan.FromSeconds(60), s => (string?)s["set"] == "a" && !(bool)s["trial"]! && (string?)s["state"] == "idle");
        // What the factory wrote into set a is on record. Switched off before, each test would begin with ten seconds of reading it, and its first stick would wait for that.
        await first.WaitAuditAsync("set a on record", 1, TimeSpan.FromSeconds(120), r => r.Event == "set-adopted");
        // The sample program's counter stands still, so that pictures can be compared pixel by pixel.
        await first.Shell.RunAsync("mkdir -p /data/app && touch /data/app/steady && sync");
        await first.SwitchOffAsync();
    }

    private static Machine Machine(string name, string folder) => new() { Name = name, Variables = Path.Combine(folder, "vars.fd") };

    private async Task<string> NewScratchAsync(string name)
    {
        string scratch = Path.Combine(Repository.Out, "rig-disks", name);
        if (Directory.Exists(scratch))
        {
            Directory.Delete(scratch, recursive: true);
        }
        Directory.CreateDirectory(scratch);
        await Stick.CopyAsync(Variables, Path.Combine(scratch, "vars.fd"));
        return scratch;
    }

    private async Task<string> OverlayAsync(string scratch)
    {
        string overlay = Path.Combine(scratch, "disk.qcow2");
        await HostTool.RunAsync("qemu-img", ["create", "-q", "-f", "qcow2", "-b", Disk, "-F", "raw", overlay]);
        return overlay;
    }
}
