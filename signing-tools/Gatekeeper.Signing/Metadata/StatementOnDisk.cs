using Gatekeeper.Release;
using Gatekeeper.Release.Permits;

namespace Gatekeeper.Signing.Metadata;

/// <summary>A file <c>.gkp</c> or <c>.gka</c> that is signed or looked at. What it says is a claim here; <c>verify</c> judges it as a device would.</summary>
internal sealed class StatementOnDisk
{
    private StatementOnDisk(string path, byte[] bytes, SignedMetadata metadata, object content) => (Path, Bytes, Metadata, Content) = (path, bytes, metadata, content);

    /// <summary>Where it lies.</summary>
    internal string Path { get; }

    /// <summary>The whole file.</summary>
    internal byte[] Bytes { get; }

    /// <summary>Signatures and what they sign.</summary>
    internal SignedMetadata Metadata { get; }

    /// <summary>A <see cref="Permit"/>, a <see cref="SiteRoot"/> or a <see cref="SiteApproval"/>.</summary>
    internal object Content { get; }

    /// <summary>What it means, in words.</summary>
    internal string Words => Content switch
    {
        Permit permit => StatementWords.Of(permit),
        SiteRoot root => StatementWords.Of(root),
        SiteApproval approval => StatementWords.Of(approval),
        _ => throw new InvalidOperationException("not a statement"),
    };

    /// <summary>Whether a file is one of these by its name.</summary>
    internal static bool IsOne(string path) => path.EndsWith(".gkp", StringComparison.Ordinal) || path.EndsWith(".gka", StringComparison.Ordinal);

    /// <summary>Reads a file.</summary>
    /// <exception cref="ToolException">It is none of the three (<see cref="ExitCode.Input"/>).</exception>
    internal static StatementOnDisk Read(string path)
    {
        byte[] bytes = InputFile.ReadBytes(path, Limits.MaxPermitBytes, "a permit, site root or approval");
        try
        {
            SignedMetadata metadata = SignedMetadata.Parse(bytes);
            object content = metadata.Signed["_type"] is JsonString type ? type.Value switch
            {
                Permit.Type => Permit.Read(metadata.Signed),
                SiteRoot.Type => SiteRoot.Read(metadata.Signed, [.. bytes]),
                SiteApproval.Type => SiteApproval.Read(metadata.Signed),
                _ => throw NotOne(path, "its type is another one"),
            }
            : throw NotOne(path, "it has no type");
            return new StatementOnDisk(path, bytes, metadata, content);
        }
        catch (RefusedException e)
        {
            throw NotOne(path, e.Detail);
        }
    }

    private static ToolException NotOne(string path, string why) =>
        new(ExitCode.Input, $"{path} is no permit, site root or approval: {why}", "give the .gkp or .gka file that permit, site, approve or withdraw wrote, unchanged");
}

/// <summary>What permits, site roots and approvals mean, as a person reads it before signing.</summary>
internal static class StatementWords
{
    internal static string Of(Permit permit)
    {
        string device = permit.Challenge is { Device.Length: > 0 } challenge ? $"device {challenge.Device} ({permit.Product})"
            : permit.Challenge is null ? $"a device ({permit.Product}) that never had facts" : $"the device ({permit.Product}) that lost its facts and asked";
        string what = permit.Action switch
        {
            PermitAction.Downgrade => $"lets {device} install the release with digest {permit.Digest}, once, though it is below its version floor",
            PermitAction.SiteRoot when permit.SiteRoot is { } root => $"sets the site root of {device} to {Of(SiteRoot.ParseFirst(root.AsSpan()))}",
            PermitAction.SiteRoot => $"removes the site root of {device}: its releases need no approval any more",
            PermitAction.Peripheral => $"allows the accessory with digest {permit.Peripheral!.Digest} at port {permit.Peripheral.Port} of {device}, until it is forgotten there",
            _ => $"gives {device} its facts: {Of(permit.Device!)}",
        };
        return permit.Challenge is null ? what : $"{what}; answers challenge {permit.Challenge.Nonce}";
    }

    internal static string Of(SiteRoot root) =>
        $"\"{root.Name}\" version {root.Version}, {root.Keys.Threshold} of {string.Join(", ", root.Keys.Keys.Select(k => RoleSigning.Short(k.KeyId)))}";

    internal static string Of(SiteApproval approval) =>
        $"{(approval.Decision == SiteDecision.Approve ? "approves" : "withdraws the approval of")} the {approval.Product} release with digest {approval.Digest}, sequence {approval.Sequence}";

    private static string Of(PermitDevice device) =>
        $"id {device.Id}, model {device.Model}, hardware revision {device.HardwareRevision}, {device.Keys.Length} key{(device.Keys.Length == 1 ? "" : "s")}, "
        + (device.SiteRoot is { } root ? $"site root {Of(SiteRoot.ParseFirst(root.AsSpan()))}" : "no site root");
}
