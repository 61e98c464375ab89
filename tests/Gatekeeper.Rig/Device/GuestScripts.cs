namespace Gatekeeper.Rig;

/// <summary>What several tests ask of the guest's shell.</summary>
public static class GuestScripts
{
    /// <summary>Does something for the service or for its children, which are the same program told apart by their first argument.</summary>
    /// <param name="argument">stick-pump, stick-walker, or nothing: the service itself.</param>
    /// <param name="action">A shell command; the process id is <c>$p</c>.</param>
    /// <returns>A script that fails when there is no such process.</returns>
    public static string ForEachService(string argument, string action) => $"""
        found=
        for p in $(pidof gatekeeperd); do
          set -- $(tr '\0' ' ' < /proc/$p/cmdline)
          if [ "$2" = "{argument}" ]; then {action}; found=yes; fi
        done
        [ "$found" = yes ]
        """;

    /// <summary>The device node of a partition of the disk.</summary>
    /// <param name="device">The guest.</param>
    /// <param name="name">For example gk-state.</param>
    public static Task<string> PartitionAsync(this Device device, string name) => device.Shell.RunAsync($"""
        for d in /sys/class/block/*; do
          if grep -qx 'PARTNAME={name}' "$d/uevent"; then echo /dev/$(basename "$d"); fi
        done
        """);
}
