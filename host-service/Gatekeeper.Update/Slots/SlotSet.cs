namespace Gatekeeper.Update;

/// <summary>One of the two slot sets.</summary>
public enum SlotSet
{
    /// <summary>Set a: <c>gk-esp-a</c>, <c>gk-sys-a</c>, <c>Boot0100</c>.</summary>
    A,

    /// <summary>Set b: <c>gk-esp-b</c>, <c>gk-sys-b</c>, <c>Boot0101</c>.</summary>
    B,
}

/// <summary>The parts of a slot set, named as payloads name them.</summary>
public enum SlotPart
{
    /// <summary><c>efi</c>: the EFI system partition.</summary>
    Efi,

    /// <summary><c>system</c>: the read-only system image with its hash tree.</summary>
    System,
}

/// <summary>Names of sets and parts, spelled once.</summary>
public static class SlotNames
{
    /// <summary>Both sets, a first.</summary>
    public static IReadOnlyList<SlotSet> Sets { get; } = [SlotSet.A, SlotSet.B];

    /// <summary>All parts of a set.</summary>
    public static IReadOnlyList<SlotPart> Parts { get; } = [SlotPart.Efi, SlotPart.System];

    /// <summary>The other set.</summary>
    public static SlotSet Other(this SlotSet set) => set == SlotSet.A ? SlotSet.B : SlotSet.A;

    /// <summary><c>a</c> or <c>b</c>.</summary>
    public static string Letter(this SlotSet set) => set == SlotSet.A ? "a" : "b";

    /// <summary><c>efi</c> or <c>system</c>.</summary>
    public static string Name(this SlotPart part) => part == SlotPart.Efi ? "efi" : "system";

    /// <summary>The GPT partition name of a part, for example <c>gk-esp-a</c>.</summary>
    public static string PartitionName(SlotSet set, SlotPart part) => (part == SlotPart.Efi ? "gk-esp-" : "gk-sys-") + set.Letter();
}
