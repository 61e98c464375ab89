using Gatekeeper.Stick.Tests.FileSystems.Images;
using Gatekeeper.Stick.Tests.FileSystems.Trees;

namespace Gatekeeper.Stick.Tests.FileSystems.Differential;

/// <summary>
/// A volume with a random tree in a file, whose metadata is damaged and made good again, over and over. What is damaged: the boot sector, the
/// parts of the table that are in use, the directories; in exFAT the bitmap too.
/// </summary>
internal sealed class MutatedVolume : IDisposable
{
    private readonly Scratch scratch = new();
    private readonly byte[] good;
    private readonly (int Start, int Length)[] targets;
    private List<(int At, int Length)> changes = [];

    public MutatedVolume(VolumeKind kind, int seed)
    {
        (int perCluster, long clusters) = kind switch { VolumeKind.Fat12 => (1, 3000L), VolumeKind.Fat16 => (1, 5000), VolumeKind.Fat32 => (1, 66_000), _ => (8, 2000) };
        MemoryImage volume = StickMaker.Mkfs(kind, (clusters + (kind == VolumeKind.Fat12 ? 200 : 1200)) * perCluster * 512, perCluster);
        Plan = TreePlan.Random(seed, perCluster * 512, forMtools: kind != VolumeKind.ExFat);
        TreeTests.Write(volume, Plan, seed);
        Path = scratch.Path("image");
        volume.Save(Path);
        good = volume.Bytes(0, (int)volume.Length);
        Bytes = [.. good];
        targets = [.. Targets(kind)];
    }

    public TreePlan Plan { get; }

    /// <summary>The image's file, as it is now.</summary>
    public string Path { get; }

    /// <summary>The same bytes in memory.</summary>
    public byte[] Bytes { get; }

    public Scratch Scratch => scratch;

    /// <summary>What was damaged last, for a failure's message.</summary>
    public string Said { get; private set; } = "";

    public void Dispose() => scratch.Dispose();

    /// <summary>Damages it in one to three places; half of the time only one bit.</summary>
    public void Damage(Random random, Action<byte[], int>? seal)
    {
        changes = [];
        for (int i = random.Next(1, 4); i > 0; i--)
        {
            // The directories are many places, most of them stamps and names; boot sector and table steer more.
            (int start, int length) = random.Next(5) switch { 0 => targets[0], 1 => targets[1], _ => targets[random.Next(2, targets.Length)] };
            int at = start + random.Next(length);
            byte value = random.Next(2) == 0 ? (byte)(Bytes[at] ^ (1 << random.Next(8))) : (byte)random.Next(256);
            value = AsAllReadersRead(at, value);
            Said = (changes.Count == 0 ? "" : Said + ", ") + $"{at:X}: {good[at]:X2} to {value:X2}";
            Bytes[at] = value;
            changes.Add((at, 1));
            seal?.Invoke(Bytes, at);
        }

        // What a seal changed lies near: a set is at most 19 entries, a boot region 12 sectors.
        changes = [.. changes.Select(c => (Math.Max(0, c.At - 8192), Math.Min(16_384, Bytes.Length - Math.Max(0, c.At - 8192))))];
        Save();
    }

    // Where the tools disagree among themselves. Bits 5 and 7 of LDIR_Ord: mtools and fsck.vfat do not look at them, Linux and the walk take such an entry for no
    // part of its name. Spaces inside an 8.3 name: mdir lists such a file by another name than the one it finds it by.
    private byte AsAllReadersRead(int at, byte value)
    {
        int entry = at / 32 * 32;
        bool isLong = entry + 11 < Bytes.Length && Bytes[entry + 11] == 0x0F;
        bool isSpace = at - entry < 11 && (Bytes[at] == ' ' || value == ' ');
        return isLong && at == entry && value != 0xE5 ? (byte)(value & 0x5F) : !isLong && isSpace ? Bytes[at] : value;
    }

    /// <summary>Takes the damage back.</summary>
    public void Mend()
    {
        foreach ((int at, int length) in changes)
            good.AsSpan(at, length).CopyTo(Bytes.AsSpan(at));
        Save();
    }

    private void Save()
    {
        using FileStream file = File.OpenWrite(Path);
        foreach ((int at, int length) in changes)
        {
            file.Position = at;
            file.Write(Bytes, at, length);
        }
    }

    private IEnumerable<(int, int)> Targets(VolumeKind kind)
    {
        using FileImage image = new(Path);
        yield return (0, kind == VolumeKind.ExFat ? 128 : 90);
        int table = kind == VolumeKind.ExFat ? (int)image.U32(80) * 512 : image.U16(14) * 512;
        int used = Enumerable.Range(0, 4096).Reverse().FirstOrDefault(i => good[table + i] != 0, 64) + 1;
        yield return (table, used);
        foreach (int at in Directories())
            yield return (at, 32);
    }

    // Every 32 bytes of the image that look like an entry of one of the plan's files or folders: where its name stands, the set around it stands.
    private IEnumerable<int> Directories()
    {
        byte[][] marks = [.. Plan.Left.Keys.Concat(Plan.Folders).Select(path => path[(path.LastIndexOf('/') + 1)..]).Where(name => name.Length >= 5).Select(name => System.Text.Encoding.Unicode.GetBytes(name[..5]))];
        HashSet<int> found = [];
        foreach (byte[] mark in marks)
        {
            for (int at = 0; at >= 0 && at < good.Length && found.Count < 600;)
            {
                int next = good.AsSpan(at).IndexOf(mark);
                if (next < 0)
                    break;
                int entry = (at + next) / 32 * 32;
                for (int i = -3; i <= 2; i++)
                    found.Add(Math.Clamp(entry + (32 * i), 0, good.Length - 32));
                at += next + mark.Length;
            }
        }

        return found.Order();
    }
}
