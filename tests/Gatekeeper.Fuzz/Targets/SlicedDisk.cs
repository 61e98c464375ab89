using Gatekeeper.Stick.FileSystems;
using Gatekeeper.Stick.Tests.FileSystems.Images;

namespace Gatekeeper.Fuzz;

/// <summary>A disk image of which an input replaces the parts that steer a walk. One byte behind them says whether checksums are made right again, so that the rules behind them are reached too.</summary>
/// <param name="image">The whole disk.</param>
/// <param name="slices">The parts.</param>
/// <param name="seal">Makes the checksums right.</param>
internal sealed class SlicedDisk(byte[] image, (int Start, int Length)[] slices, Action<byte[]> seal)
{
    private readonly byte[] good = [.. slices.SelectMany(s => image[s.Start..(s.Start + s.Length)])];

    public IReadOnlyList<byte[]> Corpus => [[.. good, 0], [.. good, 1]];

    public void Walk(byte[] input)
    {
        int at = 0;
        foreach ((int start, int length) in slices)
        {
            Span<byte> target = image.AsSpan(start, length);
            good.AsSpan(at, length).CopyTo(target);
            input.AsSpan(Math.Min(at, input.Length), Math.Clamp(input.Length - at, 0, length)).CopyTo(target);
            at += length;
        }

        if (input.Length > at && input[at] % 2 == 1)
        {
            seal(image);
        }

        CheckFiles(StickWalker.Find(new MemoryStick(image)), image.Length);
    }

    /// <summary>Every file lies on the disk and its parts add up.</summary>
    public static void CheckFiles(IEnumerable<StickFile> files, long bytes)
    {
        foreach (StickFile file in files)
        {
            bool inside = file.Extents.All(e => e.Lba >= 0 && e.Length > 0 && e.Lba <= bytes / 512 && e.Length <= bytes - (e.Lba * 512));
            if (!inside || file.Extents.Sum(e => e.Length) != file.Length)
            {
                throw new InvalidOperationException("a file that does not lie on the disk");
            }
        }
    }
}
