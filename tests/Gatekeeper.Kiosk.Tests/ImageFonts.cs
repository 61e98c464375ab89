using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Gatekeeper.Kiosk.Tests;

/// <summary>
/// The tests draw with the fonts of the reference image and with no other, so that what fits here fits there and a character that
/// has no shape there has none here: firmware/lib/fonts.sh makes them, firmware/image/fonts.conf names them.
/// </summary>
internal static partial class ImageFonts
{
    private const string ImageFolder = "/usr/share/fonts";

#pragma warning disable CA2255 // Fontconfig reads its configuration once in a process, before whichever test draws first.
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void Use()
    {
        string root = RepositoryRoot.Path;
        string configuration = File.ReadAllText(Path.Combine(root, "firmware", "image", "fonts.conf"));
        string ours = configuration.Replace(ImageFolder, Folder(root), StringComparison.Ordinal);
        if (ours == configuration)
        {
            throw new InvalidOperationException($"firmware/image/fonts.conf does not name {ImageFolder}");
        }

        string path = Path.Combine(AppContext.BaseDirectory, "fonts.conf");
        File.WriteAllText(path, ours);

        // The libraries read the C library's environment, which .NET's is a copy of.
        if (SetEnvironment("FONTCONFIG_FILE", path, 1) != 0)
        {
            throw new InvalidOperationException("setenv failed");
        }
    }

    private static string Folder(string root)
    {
        ProcessStartInfo start = new(Path.Combine(root, "firmware", "lib", "fonts.sh")) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process script = Process.Start(start)!;
        Task<string> errors = script.StandardError.ReadToEndAsync();
        string folder = script.StandardOutput.ReadToEnd().Trim();
        script.WaitForExit();
        return script.ExitCode == 0 && Directory.Exists(folder)
            ? folder
            : throw new InvalidOperationException($"firmware/lib/fonts.sh failed, run firmware/lib/packages.sh tests: {errors.Result}");
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
