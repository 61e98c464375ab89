using Gatekeeper.Release;

namespace Gatekeeper.Stick.FileSystems;

/// <summary>The refusal of a structure on the stick that breaks its specification. The words are ours; nothing from the stick is in them.</summary>
internal static class Damage
{
    /// <summary>Makes the refusal; the caller throws it.</summary>
    public static RefusedException Of(string what) => new(Refusal.FileSystemDamaged, what);

    /// <summary>Refuses unless the rule holds.</summary>
    /// <exception cref="RefusedException">The rule does not hold.</exception>
    public static void Unless(bool rule, string what)
    {
        if (!rule)
            throw Of(what);
    }
}
