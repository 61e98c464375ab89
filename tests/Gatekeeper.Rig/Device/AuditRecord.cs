using System.Text.Json.Nodes;

namespace Gatekeeper.Rig;

/// <summary>One line of <c>gatekeeper log --json</c>.</summary>
/// <param name="Seq">Number in the chain.</param>
/// <param name="Event">What happened.</param>
/// <param name="Code">Reason code, U-..., or null.</param>
/// <param name="Port">The USB port, or null.</param>
/// <param name="Detail">Facts.</param>
/// <param name="Uptime">Since the boot in which it was written.</param>
public sealed record AuditRecord(long Seq, string Event, string? Code, string? Port, string Detail, TimeSpan Uptime)
{
    /// <summary>Reads one line.</summary>
    public static AuditRecord Parse(string line)
    {
        JsonNode json = JsonNode.Parse(line)!;
        return new AuditRecord(
            (long)json["seq"]!, (string)json["event"]!, (string?)json["code"], (string?)json["port"], (string?)json["detail"] ?? "",
            TimeSpan.FromMilliseconds((long?)json["uptime_ms"] ?? 0));
    }
}

/// <summary>A USB device or interface as the guest's sysfs has it.</summary>
/// <param name="Name">For example 2-1, or 2-1:1.0.</param>
/// <param name="Authorized">The attribute authorized.</param>
/// <param name="Driver">The bound driver's name, or null.</param>
public sealed record UsbNode(string Name, bool Authorized, string? Driver)
{
    /// <summary>Whether it is an interface; else a device.</summary>
    public bool IsInterface => Name.Contains(':', StringComparison.Ordinal);

    /// <summary>Whether it is a root hub or belongs to one: the machine's own, not plugged.</summary>
    public bool IsRootHub => Name.StartsWith("usb", StringComparison.Ordinal) || Name.Contains("-0:", StringComparison.Ordinal);
}
