using Gatekeeper.Rig;

namespace Gatekeeper.Demo;

/// <summary>The manufacturer's side of the demo: keys, images, releases and sticks, all made anew, and the device that gets them.</summary>
internal sealed class Workshop : IAsyncDisposable
{
    private readonly Dictionary<string, Func<string, Task>> makers;
    private readonly string folder;

    private Workshop(string folder, Vendor ours, Images first, Images second, Device device)
    {
        this.folder = folder;
        Device = device;
        string Part(string name) => Path.Combine(folder, name);
        async Task<StickFile> ReleaseAsync(Vendor vendor, Images images, string version, int metadata, string name)
            => new(name, await vendor.ReleaseAsync(new ReleaseOrder(version, images.Efi, images.System, metadata), Part(name)));
        makers = new()
        {
            ["empty"] = image => Stick.Fat32Async(image, 64, []),
            ["fat32"] = async image => await Stick.Fat32Async(image, 192, [await ReleaseAsync(ours, second, "2.0.0", 2, "pm200-2.0.0.gku")]),
            ["exfat"] = async image => await Stick.ExfatAsync(image, 192, [await ReleaseAsync(ours, second, "2.0.0", 2, "pm200-2.0.0.gku")]),
            ["stranger"] = async image => await Stick.Fat32Async(
                image, 192, [await ReleaseAsync(await Vendor.NewAsync(Part("stranger")), second, "2.0.0", 2, "update.gku")]),
            ["damaged"] = async image => await Stick.Fat32Async(image, 192, [Damage(await ReleaseAsync(ours, second, "2.0.0", 2, "damaged.gku"))]),
            ["installed"] = async image => await Stick.Fat32Async(image, 192, [await ReleaseAsync(ours, first, "1.0.0", 1, "pm200-1.0.0.gku")]),
        };
    }

    /// <summary>The device, started from its disk.</summary>
    public Device Device { get; }

    /// <summary>Names that <see cref="StickAsync"/> knows.</summary>
    public IEnumerable<string> Sticks => makers.Keys;

    /// <summary>Makes keys and images and the device, and starts it.</summary>
    public static async Task<Workshop> OpenAsync(Timeline timeline)
    {
        string folder = Path.Combine(Repository.Out, "demo");
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
        Directory.CreateDirectory(folder);

        timeline.Chapter("At the manufacturer");
        Vendor ours = await Vendor.NewAsync(Path.Combine(folder, "manufacturer"));
        timeline.Say("keys and root made: two people must sign a release");
        Images first = await Images.BuildAsync(ours, "1.0.0", folder: Path.Combine(folder, "1.0.0"), onLine: timeline.Detail);
        timeline.Say("version 1.0.0 built");
        Images second = await Images.BuildAsync(ours, "2.0.0", folder: Path.Combine(folder, "2.0.0"), onLine: timeline.Detail);
        timeline.Say("version 2.0.0 built");
        DeviceTemplate template = await DeviceTemplate.NewAsync(first, Path.Combine(folder, "device"), timeline.Say);

        timeline.Chapter("At the hospital");
        Device device = await template.StartAsync("demo", TimeSpan.FromHours(12));
        await device.WaitIdleAsync();
        timeline.Say("the device is on, at version 1.0.0, and not in use");
        return new Workshop(folder, ours, first, second, device);
    }

    /// <summary>The image of a stick, made when first asked for. A file's name gives a FAT32 stick with that file on it.</summary>
    public async Task<string> StickAsync(string name)
    {
        string image = Path.Combine(folder, $"stick-{Path.GetFileName(name)}.img");
        if (!File.Exists(image))
        {
            await (makers.TryGetValue(name, out Func<string, Task>? make) ? make(image) : FromFileAsync(name, image));
        }
        return image;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Device.DisposeAsync();

    private static async Task FromFileAsync(string file, string image)
    {
        if (!File.Exists(file))
        {
            throw new RigException($"there is no stick and no file named {file}");
        }
        int size = Math.Max(64, (int)(new FileInfo(file).Length >> 20) + 48);
        await Stick.Fat32Async(image, size, [new StickFile(Path.GetFileName(file), file)]);
    }

    private static StickFile Damage(StickFile release)
    {
        using FileStream file = new(release.Source, FileMode.Open, FileAccess.ReadWrite);
        file.Position = file.Length / 2;
        int value = file.ReadByte();
        file.Position--;
        file.WriteByte((byte)(value ^ 1));
        return release;
    }
}
