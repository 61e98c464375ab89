namespace Gatekeeper.Service;

/// <summary>Where things lie (FHS). The same on the reference image, a .deb and a Yocto image.</summary>
internal static class Paths
{
    internal const string Image = "/usr/lib/gatekeeper/image.json";
    internal const string Root = "/usr/lib/gatekeeper/root.json";
    internal const string Policy = "/etc/gatekeeper/policy.json";
    internal const string RunDirectory = "/run/gatekeeper";
    internal const string StatusSocket = RunDirectory + "/status.sock";
    internal const string ControlSocket = RunDirectory + "/control.sock";
    internal const string Data = "/data";
    internal const string Stage = Data + "/gatekeeper";
    internal const string Mounts = "/proc/self/mounts";
    internal const string BlockDevices = "/sys/class/block";
    internal const string BootId = "/proc/sys/kernel/random/boot_id";
    internal const string MappedSystem = BlockDevices + "/dm-0/slaves";
}
