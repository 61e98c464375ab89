using Gatekeeper.Release;

namespace Gatekeeper.Update;

/// <summary>Where Gatekeeper's partitions lie on the device's disk. Made from checked partition tables only.</summary>
public sealed class SlotLayout
{
    /// <summary>GPT name of the state partition.</summary>
    public const string StateName = "gk-state";

    /// <summary>GPT name of the data partition.</summary>
    public const string DataName = "gk-data";

    private const string Prefix = "gk-";
    private readonly Dictionary<string, GptPartition> byName;

    private SlotLayout(string disk, Dictionary<string, GptPartition> byName)
    {
        Disk = disk;
        this.byName = byName;
    }

    /// <summary>The disk's name as the caller gave it, for example <c>vda</c>.</summary>
    public string Disk { get; }

    /// <summary>The partition that holds trust state and audit log.</summary>
    public GptPartition State => byName[StateName];

    /// <summary>The data partition.</summary>
    public GptPartition Data => byName[DataName];

    /// <summary>The partition of a part of a set.</summary>
    public GptPartition this[SlotSet set, SlotPart part] => byName[SlotNames.PartitionName(set, part)];

    /// <summary>
    /// Chooses the one disk that carries the six partitions. Two disks with a name of ours, a name twice, a missing or an
    /// unknown <c>gk-</c> name are not guessed about: a copied disk beside the real one must not receive an install.
    /// </summary>
    /// <param name="disks">Name and partitions of every non-removable disk with a valid table.</param>
    /// <exception cref="RefusedException"><see cref="Refusal.State"/>.</exception>
    public static SlotLayout Choose(IReadOnlyList<(string Disk, IReadOnlyList<GptPartition> Partitions)> disks)
    {
        var ours = disks.Where(d => d.Partitions.Any(p => p.Name.StartsWith(Prefix, StringComparison.Ordinal))).ToList();
        if (ours.Count != 1)
        {
            throw new RefusedException(Refusal.State, $"disks with gk- partitions: {ours.Count}, needed 1");
        }

        var byName = new Dictionary<string, GptPartition>(StringComparer.Ordinal);
        foreach (GptPartition partition in ours[0].Partitions.Where(p => p.Name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            if (!Names.Contains(partition.Name))
            {
                throw new RefusedException(Refusal.State, $"partition {partition.Number} has an unknown gk- name");
            }

            if (!byName.TryAdd(partition.Name, partition))
            {
                throw new RefusedException(Refusal.State, $"partition name {partition.Name} is there twice");
            }
        }

        string? missing = Names.FirstOrDefault(n => !byName.ContainsKey(n));
        return missing is null ? new SlotLayout(ours[0].Disk, byName) : throw new RefusedException(Refusal.State, $"partition {missing} is missing");
    }

    private static readonly string[] Names =
    [
        .. from set in SlotNames.Sets from part in SlotNames.Parts select SlotNames.PartitionName(set, part),
        StateName,
        DataName,
    ];
}
