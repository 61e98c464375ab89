namespace Gatekeeper.Linux.Input;

/// <summary>The kernel's input devices in sysfs, by where they are connected: their numbers change with every start.</summary>
internal static class InputClass
{
    /// <summary>Where sysfs lists them.</summary>
    internal const string Folder = "/sys/class/input";

    /// <summary>Where their nodes are.</summary>
    internal const string Nodes = "/dev/input";

    /// <summary>Each node that there is now (<c>event3</c>) with where its device is connected, in the order of their names.</summary>
    internal static IEnumerable<(string Node, string Phys)> Events(string folder)
    {
        if (!Directory.Exists(folder))
        {
            yield break;
        }

        foreach (string device in Directory.EnumerateDirectories(folder, "event*").Order(StringComparer.Ordinal))
        {
            if (Phys(device) is { } phys)
            {
                yield return (Path.GetFileName(device), phys);
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
