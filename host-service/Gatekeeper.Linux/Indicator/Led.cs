using Gatekeeper.Linux.Input;

namespace Gatekeeper.Linux.Indicator;

/// <summary>
/// One lamp of the kernel's LED class (Documentation/leds/leds-class.rst). It may be missing, come and go: nothing here throws for that.
/// Not for use by two threads.
/// </summary>
/// <param name="name">Name under the class folder, or <c>PHYS::NAME</c> for a lamp of an input device, whose number changes with every start.</param>
/// <param name="classFolder">Where sysfs lists lamps.</param>
public sealed class Led(string name, string classFolder = Led.ClassFolder)
{
    private const string ClassFolder = "/sys/class/leds";
    private const string Separator = "::";

    private string? folder;

    /// <summary>The folder of a lamp, or null when it is not there.</summary>
    public static string? Find(string name, string classFolder = ClassFolder)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!name.Contains('/', StringComparison.Ordinal))
        {
            string plain = Path.Combine(classFolder, name);
            return File.Exists(Path.Combine(plain, "brightness")) ? plain : null;
        }

        int split = name.LastIndexOf(Separator, StringComparison.Ordinal);
        if (split < 0 || !Directory.Exists(classFolder))
        {
            return null;
        }

        return Directory.EnumerateDirectories(classFolder, "*" + name[split..]).Order(StringComparer.Ordinal).FirstOrDefault(lamp => InputClass.Phys(lamp) == name[..split]);
    }

    /// <summary>Switches the lamp.</summary>
    /// <returns>False when it is not there or does not take it.</returns>
    public bool TrySet(bool on)
    {
        try
        {
            folder ??= Find(name, classFolder);
            if (folder is null)
            {
                return false;
            }

            string value = on ? File.ReadAllText(Path.Combine(folder, "max_brightness")).Trim() : "0";
            using var brightness = new FileStream(Path.Combine(folder, "brightness"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            brightness.Write(System.Text.Encoding.ASCII.GetBytes(value + "\n"));
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            folder = null;
            return false;
        }
    }
}
