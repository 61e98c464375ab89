namespace Gatekeeper.Release.Permits;

/// <summary>A device that is allowed at one port: a keyboard, a scanner. Never storage (I02). Digest and port are compared, not interpreted.</summary>
/// <param name="Digest">SHA-256 of what the device says about itself, 64 lower-case hex digits: FORMAT.md R-106.</param>
/// <param name="Port">The port, as the kernel names the device there, for example <c>1-2</c>.</param>
public sealed record PermittedPeripheral(string Digest, string Port)
{
    internal JsonObject Encode() => new(("digest", new JsonString(Digest)), ("port", new JsonString(Port)));
}
