namespace Gatekeeper.Rig;

/// <summary>Small C programs of the rig's own that run in a guest: tests/Gatekeeper.Rig/Guest.</summary>
public static class GuestProgram
{
    /// <summary>Compiles one and puts it into the guest.</summary>
    /// <param name="device">The guest.</param>
    /// <param name="name">Its source without .c.</param>
    /// <param name="scratch">A folder on the host.</param>
    /// <returns>Where it is in the guest. Not in /tmp: nothing may be executed there.</returns>
    public static async Task<string> PutAsync(Device device, string name, string scratch)
    {
        string program = Path.Combine(Directory.CreateDirectory(scratch).FullName, name);
        string source = Path.Combine(Repository.Root, "tests", "Gatekeeper.Rig", "Guest", $"{name}.c");
        await HostTool.RunAsync("gcc", ["-std=c17", "-D_GNU_SOURCE", "-O2", "-s", "-Wall", "-Wextra", "-Werror", "-o", program, source]);
        string path = $"/rig/{name}";
        await device.Shell.PutFileAsync(path, await File.ReadAllBytesAsync(program));
        await device.Shell.RunAsync($"chmod 755 {path}");
        return path;
    }
}
