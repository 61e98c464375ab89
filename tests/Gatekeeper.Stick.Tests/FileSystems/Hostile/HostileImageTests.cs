using System.Diagnostics;
using System.Globalization;
using System.Text;
using Gatekeeper.Release;
using Gatekeeper.Stick.FileSystems;
using Xunit.Abstractions;

namespace Gatekeeper.Stick.Tests.FileSystems.Hostile;

/// <summary>The catalogue of broken sticks: each ends in its code, within its bound of sectors and memory. The table is kept in out/hostile-images.md.</summary>
public sealed class HostileImageTests(ITestOutputHelper output)
{
    private static readonly (string Title, IEnumerable<HostileImage> Images)[] Catalogue =
    [
        ("MBR", BrokenMbr.All), ("GPT", BrokenGpt.All), ("FAT boot sector", BrokenFatBoot.All), ("FAT chains and directories", BrokenFatTables.All), ("FAT names", BrokenFatNames.All),
        ("exFAT boot region", BrokenExFatBoot.All), ("exFAT chains and directories", BrokenExFatEntries.All),
    ];

    [Fact]
    public void I11_EveryBrokenImage_EndsInItsCodeWithinItsBounds()
    {
        // Once before, so that nothing is compiled while it is measured.
        _ = Judge(Catalogue[0].Images.First());
        StringBuilder text = new("# Broken sticks that were read\n");
        List<string> wrong = [];
        foreach ((string title, IEnumerable<HostileImage> images) in Catalogue)
        {
            HostileImage[] all = [.. images];
            text.Append(CultureInfo.InvariantCulture, $"\n## {title}: {all.Length}\n\n| what is wrong | expected | got | sectors read | bytes allocated | ms | result |\n|---|---|---|---|---|---|---|\n");
            foreach (HostileImage image in all)
            {
                (string row, string? mistake) = Judge(image);
                text.Append(CultureInfo.InvariantCulture, $"{row} {mistake ?? "as it should be"} |\n");
                if (mistake is not null)
                    wrong.Add($"{image.Name}: {mistake}");
            }
        }

        output.WriteLine(text.ToString());
        File.WriteAllText(Path.Combine(new DirectoryInfo(RepositoryRoot.Path).CreateSubdirectory("out").FullName, "hostile-images.md"), text.ToString());
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public void Catalogue_HasNoNameTwice_AndEveryWayToEnd()
    {
        HostileImage[] all = [.. Catalogue.SelectMany(c => c.Images)];
        Assert.Equal(all.Length, all.Select(i => i.Name).Distinct().Count());
        Assert.Equal([null, Refusal.FileSystemDamaged, Refusal.NoFileSystem, Refusal.NoRelease], all.Select(i => i.Expected).Distinct().OrderBy(e => e?.ToString(), StringComparer.Ordinal));
    }

    private static (string Row, string? Mistake) Judge(HostileImage image)
    {
        CountingStick stick = new(image.Make());
        Refusal? got = null;
        string? mistake = null;
        long before = GC.GetAllocatedBytesForCurrentThread();
        long start = Stopwatch.GetTimestamp();
        try
        {
            IReadOnlyList<StickFile> files = StickWalker.Find(stick);
            if (files.Any(file => file.Extents.Any(e => e.Lba < 0 || e.Length < 1 || e.Length > (stick.SectorCount - e.Lba) * 512) || file.Extents.Sum(e => e.Length) != file.Length))
                mistake = "a file that does not lie on the stick";
        }
        catch (RefusedException refused)
        {
            got = refused.Code;
        }

        double took = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        mistake ??= got != image.Expected ? "ANOTHER END" : stick.Sectors > image.MaxSectors ? "TOO MUCH READ" : allocated > image.MaxAllocated ? "TOO MUCH ALLOCATED" : null;
        string row = string.Create(CultureInfo.InvariantCulture, $"| {image.Name} | {image.Expected?.ToString() ?? "found"} | {got?.ToString() ?? "found"} | {stick.Sectors} | {allocated} | {took:F1} |");
        return (row, mistake);
    }
}
