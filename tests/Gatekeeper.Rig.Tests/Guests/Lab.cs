using System.Collections.Concurrent;

namespace Gatekeeper.Rig.Tests.Guests;

/// <summary>What the guest tests share, each made once in a run: a vendor, a stranger, images, releases, sticks, the device template.</summary>
internal static class Lab
{
    private static readonly ConcurrentDictionary<string, Lazy<Task<string>>> Files = new();
    private static readonly ConcurrentDictionary<string, Lazy<Task<Images>>> Built = new();
    private static readonly Lazy<Task<Vendor>> Ours = new(() => Vendor.CachedAsync("ours"));
    private static readonly Lazy<Task<Vendor>> Theirs = new(() => Vendor.CachedAsync("stranger"));
    private static readonly Lazy<Task<DeviceTemplate>> Template = new(async () => await DeviceTemplate.GetAsync(await ImagesAsync("1.0.0")));
    private static readonly string Work = NewWork();

    /// <summary>A device at version 1.0.0, provisioned.</summary>
    public static Task<DeviceTemplate> TemplateAsync() => Template.Value;

    /// <summary>A device of somebody else's at version 1.0.0, provisioned.</summary>
    public static async Task<DeviceTemplate> StrangersTemplateAsync()
        => await DeviceTemplate.GetAsync(await Images.BuildAsync(await Theirs.Value, "1.0.0", folder: Path.Combine(Repository.Out, "rig-images", "stranger-1.0.0")));

    /// <summary>Our vendor.</summary>
    public static Task<Vendor> VendorAsync() => Ours.Value;

    /// <summary>A file's place in this run's folder.</summary>
    public static string At(string name) => Path.Combine(Work, name);

    /// <summary>A FAT32 stick with these files at its root.</summary>
    public static Task<string> Fat32Async(string name, params string[] files)
        => FileAsync($"fat32-{name}.img", file => Stick.Fat32Async(file, files.Sum(SizeFor), [.. files.Select(Named)]));

    /// <summary>A device at a special version 1.0.0, provisioned.</summary>
    public static async Task<DeviceTemplate> TemplateAsync(ImageVariant variant) => await DeviceTemplate.GetAsync(await ImagesAsync("1.0.0", variant));

    /// <summary>A policy file: the reference image's with one change.</summary>
    public static Task<string> PolicyAsync(string name, Func<string, string> change)
        => FileAsync($"policy-{name}.json", async file => await File.WriteAllTextAsync(file, change(await File.ReadAllTextAsync(Repository.At("firmware", "image", "policy.json")))));

    /// <summary>Images of a version.</summary>
    public static Task<Images> ImagesAsync(string version, ImageVariant? variant = null)
        => Once(Built, $"{version}{variant?.Suffix}", async () => await Images.BuildAsync(await Ours.Value, version, variant));

    /// <summary>A release of ours for the rig's device; a special image keeps its version but gets the name of its variant.</summary>
    public static Task<string> ReleaseAsync(string version, ImageVariant? variant = null)
        => FileAsync($"pm200-{version}{variant?.Suffix}.gku", async file =>
        {
            Images images = await ImagesAsync(version, variant);
            await (await Ours.Value).ReleaseAsync(new ReleaseOrder(version, images.Efi, images.System, int.Parse(version.Split('.')[0], null)), file);
        });

    /// <summary>The same images as <see cref="ReleaseAsync"/> gives, signed by somebody the device does not know.</summary>
    public static Task<string> StrangersReleaseAsync(string version)
        => FileAsync($"stranger-{version}.gku", async file =>
        {
            Images images = await ImagesAsync(version);
            await (await Theirs.Value).ReleaseAsync(new ReleaseOrder(version, images.Efi, images.System, 9), file);
        });

    /// <summary>A release of ours for another product. Its payload is never looked at, so it is small.</summary>
    public static Task<string> OtherProductAsync()
        => FileAsync("pm300-2.0.0.gku", async file =>
        {
            string payload = Path.Combine(Work, "payload");
            await File.WriteAllBytesAsync(payload, [.. Enumerable.Repeat((byte)0x5A, 1 << 20)]);
            await (await Ours.Value).ReleaseAsync(new ReleaseOrder("2.0.0", payload, payload, 2, "PM300"), file);
        });

    /// <summary>A small release of ours with something in its signed part replaced.</summary>
    /// <param name="name">Names the file.</param>
    /// <param name="entry">The archive's entry from whose header on it is looked for.</param>
    /// <param name="from">What is replaced, once.</param>
    /// <param name="to">As many characters.</param>
    public static Task<string> SpoiledAsync(string name, string entry, string from, string to)
        => FileAsync($"spoiled-{name}.gku", async file =>
        {
            byte[] release = await File.ReadAllBytesAsync(await OtherProductAsync());
            int at = release.AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(entry + "\0"));
            int found = release.AsSpan(at).IndexOf(System.Text.Encoding.ASCII.GetBytes(from));
            System.Text.Encoding.ASCII.GetBytes(to).CopyTo(release, at + found);
            await File.WriteAllBytesAsync(file, release);
        });

    /// <summary>A release of ours with one bit of its payload turned over, in the middle.</summary>
    public static Task<string> DamagedAsync(string version)
        => FileAsync($"damaged-{version}.gku", async file =>
        {
            File.Copy(await ReleaseAsync(version), file, overwrite: true);
            await using FileStream release = new(file, FileMode.Open, FileAccess.ReadWrite);
            release.Position = release.Length / 2;
            int value = release.ReadByte();
            release.Position--;
            release.WriteByte((byte)(value ^ 1));
        });

    /// <summary>A FAT32 stick with one file, made by mkfs.vfat and mcopy.</summary>
    public static Task<string> Fat32Async(string release, StickLabel label = StickLabel.Mbr)
        => FileAsync($"fat32-{label}-{Path.GetFileName(release)}.img", file => Stick.Fat32Async(file, SizeFor(release), [Named(release)], label));

    /// <summary>An exFAT stick with one file, made by mkfs.exfat.</summary>
    public static Task<string> ExfatAsync(string release, StickLabel label = StickLabel.Mbr)
        => FileAsync($"exfat-{label}-{Path.GetFileName(release)}.img", file => Stick.ExfatAsync(file, SizeFor(release), [Named(release)], label));

    /// <summary>A FAT32 stick without a file.</summary>
    public static Task<string> EmptyAsync() => FileAsync("empty.img", file => Stick.Fat32Async(file, 64, []));

    /// <summary>An ext4 stick.</summary>
    public static Task<string> ForeignAsync() => FileAsync("ext4.img", file => Stick.Ext4Async(file, 64));

    /// <summary>A stick of the matrix with one file. The caller deletes it: there are more than a hundred.</summary>
    public static Task<string> MadeAsync(MadeStick stick, string release) => stick.MakeAsync(Path.Combine(Work, $"made-{stick.Name}.img"), release);

    private static StickFile Named(string release) => new(Path.GetFileName(release), release);

    private static int SizeFor(string release) => Math.Max(64, (int)(new FileInfo(release).Length >> 20) + 48);

    private static Task<string> FileAsync(string name, Func<string, Task> make)
        => Once(Files, name, async () =>
        {
            string file = Path.Combine(Work, name);
            await make(file);
            return file;
        });

    private static Task<T> Once<T>(ConcurrentDictionary<string, Lazy<Task<T>>> made, string name, Func<Task<T>> make)
        => made.GetOrAdd(name, _ => new Lazy<Task<T>>(make)).Value;

    private static string NewWork()
    {
        string folder = Path.Combine(Repository.Out, "rig-work");
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
        return Directory.CreateDirectory(folder).FullName;
    }
}
