using Gatekeeper.Signing.Sticks;
using Gatekeeper.Stick.Tests.FileSystems.Images;
using Xunit.Abstractions;
using SignedFile = Gatekeeper.Signing.Sticks.StickFile;

namespace Gatekeeper.Stick.Tests.FileSystems.Matrix;

/// <summary>What <c>gatekeeper-sign stick write</c> makes is read: fresh, and after a technician's computer has seen it.</summary>
public sealed class SignedStickTests(ITestOutputHelper output) : IDisposable
{
    private const long MiB = 1 << 20;
    private static readonly DateTimeOffset Time = new(2026, 11, 24, 12, 34, 56, TimeSpan.Zero);
    private static readonly byte[] Release = Walk.Random(21, 1_000_003);
    private readonly Scratch scratch = new();

    [Fact]
    public void EverySize_FreshAndUsed()
    {
        List<(string, string?)> rows = [];
        foreach (StickFileSystem system in Enum.GetValues<StickFileSystem>())
        {
            foreach (bool table in (bool[])[false, true])
            {
                // A size for each cluster size the tool chooses.
                foreach (long mebibytes in (long[])[64, 300, 4096, 12_000, 24_000, 40_000])
                {
                    foreach (Maker? seenBy in (Maker?[])[null, Maker.Windows, Maker.MacOs, Maker.Linux, Maker.Android])
                        rows.Add(Row(system, table, mebibytes * MiB, long.MaxValue, seenBy));
                    rows.Add(Row(system, table, mebibytes * MiB, 300_000, null));
                }
            }
        }

        MatrixReport.Judge(output, "gatekeeper-sign stick write", "file system|table|size|files|state", rows);
    }

    public void Dispose() => scratch.Dispose();

    private (string, string?) Row(StickFileSystem system, bool table, long bytes, long partBytes, Maker? seenBy)
    {
        string path = scratch.Path("stick");
        List<(string Name, byte[] Content)> expected = [];
        using (FileStream source = File.OpenRead(scratch.Write("pm200-2.0.0.gku", Release)))
        using (StickTarget target = StickTarget.CreateImage(path, bytes, yes: true))
        {
            IReadOnlyList<SignedFile> files = SignedFile.Split("pm200-2.0.0.gku", source, partBytes, partBytes);
            StickWriter.Write(target, files, new StickOptions(system, table, Time), _ => { });
            expected.AddRange(files.Select(file => (file.Name, Release.AsSpan((int)file.Offset, (int)file.Length).ToArray())));
        }

        MemoryImage stick = MemoryImage.Load(path);
        if (seenBy is Maker maker)
        {
            int start = table ? 1 << 20 : 0;
            MemoryImage volume = new(stick.Length - start);
            stick.CopyInto(new Window(volume, start), 0);
            StickMaker.Fill(volume, maker, new StickTree());
            volume.CopyInto(stick, start);
        }

        return ($"{system}|{(table ? "Primary" : "None")}|{bytes / MiB} MiB|{expected.Count} files|{(seenBy is null ? "fresh" : $"seen by {seenBy}")}",
            Releases.Compare(new ImageStick(stick, 512), expected));
    }

    /// <summary>The part of an image behind an offset; what lies before it falls away.</summary>
    private sealed class Window(Image inner, long start) : Image
    {
        public override long Length => inner.Length + start;

        public override void Read(long offset, Span<byte> bytes) => inner.Read(offset - start, bytes);

        public override void Write(long offset, ReadOnlySpan<byte> bytes)
        {
            if (offset >= start)
                inner.Write(offset - start, bytes);
        }

        public override void CopyInto(Image target, long offset) => throw new NotSupportedException();
    }
}
