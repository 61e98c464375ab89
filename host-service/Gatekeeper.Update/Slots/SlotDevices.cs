namespace Gatekeeper.Update;

/// <summary>The four partitions of the two slot sets, opened.</summary>
public sealed class SlotDevices
{
    private readonly IBlockDevice[,] devices = new IBlockDevice[2, 2];

    /// <summary>Opens all four through <paramref name="open"/>.</summary>
    public SlotDevices(Func<SlotSet, SlotPart, IBlockDevice> open)
    {
        ArgumentNullException.ThrowIfNull(open);
        foreach (SlotSet set in SlotNames.Sets)
        {
            foreach (SlotPart part in SlotNames.Parts)
            {
                devices[(int)set, (int)part] = open(set, part);
            }
        }
    }

    /// <summary>The device of a part of a set.</summary>
    public IBlockDevice this[SlotSet set, SlotPart part] => devices[(int)set, (int)part];
}
