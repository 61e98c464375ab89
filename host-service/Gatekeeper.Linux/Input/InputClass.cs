namespace Gatekeeper.Linux.Input;

/// <summary>The kernel's input devices in sysfs, by where they are connected: their numbers change with every start.</summary>
internal static class InputClass
{
    /// <summary>Where sysfs lists them.</summary>
    internal const string Folder = "/sys/class/input";

    /// <summary>Where their nodes are.</summary>
    internal const string Nodes = "/dev/input";

    /// <summary>Each node that there is now (<c>event3</c>) with where its device is connected, in the order of their names.</summary>
    internal static IEnumerable<(string Node, string Place)> Events(string folder) => Of(folder, "event*", Phys);

    /// <summary>The nodes of a class with the place of each, in the order of their names; one without a place is left out.</summary>
    /// <param name="folder">Where sysfs lists them.</param>
    /// <param name="pattern">Their names.</param>
    /// <param name="place">From a node's folder to its place, or null.</param>
    internal static IEnumerable<(string Node, string Place)> Of(string folder, string pattern, Func<string, string?> place)
    {
        // No query: over pairs of values each of its steps would be compiled at the service's start (nothing of it is in the image ahead of time).
        if (!Directory.Exists(folder))
        {
            yield break;
        }

        foreach (string node in Directory.EnumerateDirectories(folder, pattern).Order(StringComparer.Ordinal))
        {
            if (place(node) is { } at)
            {
                yield return (Path.GetFileName(node), at);
            }
        }
    }

    /// <summary>Where the input device behind a folder of sysfs is connected; null when it does not say, or went while it was asked.</summary>
    internal static string? Phys(string folder)
    {
        try
        {
            string phys = Path.Combine(folder, "device", "phys");
            return File.Exists(phys) ? File.ReadAllText(phys).Trim() : null;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
