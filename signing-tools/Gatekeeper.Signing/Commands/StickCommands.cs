using System.CommandLine;
using System.Globalization;
using Gatekeeper.Signing.Metadata;
using Gatekeeper.Signing.Sticks;

namespace Gatekeeper.Signing.Commands;

/// <summary><c>stick write</c>.</summary>
internal static class StickCommands
{
    internal static Command Build(CommandFrame frame)
    {
        var release = new Argument<string>("release") { Description = "the signed release, X.gku" };
        var target = new Option<string>("--to") { Description = "an image file to make, or a whole disk such as /dev/sdb", Required = true, HelpName = "IMAGE_OR_DEVICE" };
        var fileSystem = new Option<string>("--fs") { Description = "file system", DefaultValueFactory = _ => "fat32" };
        fileSystem.AcceptOnlyFromAmong("fat32", "exfat");
        var size = new Option<string?>("--size") { Description = "size of the image, such as 256M or 8G; without it, just large enough", HelpName = "SIZE" };
        var partition = new Option<string>("--partition") { Description = "mbr: a partition table with one partition; none: the file system alone", DefaultValueFactory = _ => "mbr" };
        partition.AcceptOnlyFromAmong("mbr", "none");
        var yes = new Option<bool>("--yes") { Description = "overwrite the disk or the image, whatever is on it" };
        var write = new Command("write", "put a release on a fresh file system that holds nothing else, and read it back") { release, target, fileSystem, size, partition, yes };
        frame.Does(write, parse => Write(frame, new Request(
            parse.GetRequiredValue(release),
            parse.GetRequiredValue(target),
            parse.GetValue(fileSystem) == "exfat" ? StickFileSystem.ExFat : StickFileSystem.Fat32,
            Size(parse.GetValue(size)),
            parse.GetValue(partition) == "mbr",
            parse.GetValue(yes))));
        return new Command("stick", "sticks for technicians") { write };
    }

    private static Report Write(CommandFrame frame, Request request)
    {
        (DateTimeOffset signedAt, IReadOnlyList<(string, long)> expiries) = Signed(request.Release);
        using FileStream source = InputFile.Open(request.Release);
        bool fat = request.FileSystem == StickFileSystem.Fat32;
        IReadOnlyList<StickFile> files = StickFile.Split(Path.GetFileName(request.Release), source, fat ? StickFile.FatMaximum : long.MaxValue);
        var options = new StickOptions(request.FileSystem, request.PartitionTable, signedAt);
        using StickTarget target = Open(request, source.Length, files, options);
        try
        {
            Progress.Show(frame.Console, "writing and reading back", source.Length * 2, done => StickWriter.Write(target, files, options, done));
        }
        catch (IOException e)
        {
            throw OutputFile.Unwritable(request.Target, e);
        }

        Report report = new Report()
            .Expires(expiries)
            .Line($"{request.Target}: {(fat ? "FAT32" : "exFAT")} {VolumePlan.Label}, {target.Bytes / (1024 * 1024)} MiB, read back and compared")
            .Fact("target", request.Target)
            .Fact("file_system", fat ? "fat32" : "exfat")
            .Fact("bytes", target.Bytes);
        var names = new System.Text.Json.Nodes.JsonArray();
        foreach (StickFile file in files)
        {
            report.Line($"  {file.Name}  {file.Length} bytes");
            names.Add((System.Text.Json.Nodes.JsonNode)file.Name);
        }

        return report.Fact("files", names);
    }

    // A stick with half a ceremony on it would be refused in silence: better here, in words.
    private static (DateTimeOffset At, IReadOnlyList<(string What, long Expires)> Expiries) Signed(string path)
    {
        using var release = new ReleaseOnDisk(path);
        return release.Roles.FirstOrDefault(r => !r.IsComplete) is { } role
            ? throw new ToolException(ExitCode.Signatures, $"{path} is not signed: {role.Words()}", $"gatekeeper-sign release sign {path} --key KEY")
            : (DateTimeOffset.FromUnixTimeSeconds(release.Document.SignedAt), release.Expiries);
    }

    private static StickTarget Open(Request request, long releaseBytes, IReadOnlyList<StickFile> files, StickOptions options)
    {
        if (BlockDevice.Find(request.Target) is { } disk)
        {
            if (request.Size is not null)
            {
                throw new ToolException(ExitCode.Usage, "--size is for images, a disk has its own", "leave --size out");
            }

            StickTarget.Check(request.Target, disk, request.Yes);
            StickWriter.Plan(disk.Bytes, files, options); // what does not fit destroys nothing
            return StickTarget.OpenDisk(request.Target, disk);
        }

        long bytes = request.Size ?? StickWriter.ImageSize(releaseBytes);
        StickWriter.Plan(bytes, files, options);
        return StickTarget.CreateImage(request.Target, bytes, request.Yes);
    }

    private static long? Size(string? text)
    {
        if (text is null)
        {
            return null;
        }

        int shift = text.Length == 0 ? 0 : char.ToUpperInvariant(text[^1]) switch { 'K' => 10, 'M' => 20, 'G' => 30, _ => 0 };
        string digits = shift == 0 ? text : text[..^1];
        bool good = long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number > 0 && number <= (1L << 43) >> shift;
        return good && (number << shift) % VolumePlan.SectorSize == 0
            ? number << shift
            : throw new ToolException(ExitCode.Usage, $"--size {text} is no size", "use for example 256M or 8G, at most 8 TiB, in whole sectors of 512 bytes");
    }

    private sealed record Request(string Release, string Target, StickFileSystem FileSystem, long? Size, bool PartitionTable, bool Yes);
}
