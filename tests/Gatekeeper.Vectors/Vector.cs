using System.Globalization;
using Gatekeeper.Release;

namespace Gatekeeper.Vectors;

/// <summary>One test vector: a file with one defect (or none), what the device knows, and what must come of it. On disk a folder with <c>vector.txt</c> and <c>file.gku</c>.</summary>
/// <param name="Name">Its folder.</param>
/// <param name="Rule">The rule of FORMAT.md it is about.</param>
/// <param name="Expect">The refusal, or null when the file is accepted.</param>
/// <param name="About">The one defect, in a few words.</param>
public sealed record Vector(string Name, string Rule, Refusal? Expect, string About)
{
    /// <summary>The trust state beside the root: every vector trusts <c>trusted.root.json</c>.</summary>
    public (long Timestamp, long Snapshot, long Targets, ReleaseVersion Floor) Trust { get; init; }

    /// <summary>The device.</summary>
    public DeviceFacts Device { get; init; } = new("PM200", "PM200-C", new ReleaseVersion(1, 0, 0), null, 0, RefuseExpired: false);

    /// <summary>The root version that is trusted afterwards.</summary>
    public int RootAfter { get; init; } = 1;

    /// <summary>Reads <c>vector.txt</c>.</summary>
    public static Vector Parse(string name, string text)
    {
        Dictionary<string, string> lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(": ", 2)).ToDictionary(l => l[0], l => l[1]);
        string[] trust = lines["trust"].Split(' ');
        string[] device = lines["device"].Split(' ');
        return new Vector(name, lines["rule"], lines["expect"] == "accepted" ? null : Enum.Parse<Refusal>(lines["expect"]), lines["about"])
        {
            Trust = (Number(trust[0]), Number(trust[1]), Number(trust[2]), Version(trust[3])),
            Device = new DeviceFacts(device[0], device[1], Version(device[2]), device[3] == "-" ? null : device[3], Number(device[4]), device[5] == "refuse-expired"),
            RootAfter = (int)Number(lines["root-after"]),
        };
    }

    /// <summary>Writes <c>vector.txt</c>. <c>trust</c> is timestamp, snapshot, targets version and floor; <c>device</c> is product, hardware, running version, running digest, reference time, policy.</summary>
    public string Write() => string.Create(CultureInfo.InvariantCulture, $"""
        expect: {Expect?.ToString() ?? "accepted"}
        rule: {Rule}
        about: {About}
        trust: {Trust.Timestamp} {Trust.Snapshot} {Trust.Targets} {Trust.Floor}
        device: {Device.Product} {Device.HardwareId} {Device.Running} {Device.RunningDigest ?? "-"} {Device.ReferenceTime} {(Device.RefuseExpired ? "refuse-expired" : "report-expired")}
        root-after: {RootAfter}

        """);

    /// <summary>Does with a file what a device does: roots, metadata, every chunk.</summary>
    /// <returns>What was refused or null, the class it was refused in, and the root trusted afterwards.</returns>
    public (RefusedException? Refused, TrustState Trust, VerifiedRelease? Release) Run(byte[] file, byte[] trustedRoot)
    {
        TrustState trust = Verifier.InitialTrust(trustedRoot) with
        {
            TimestampVersion = Trust.Timestamp,
            SnapshotVersion = Trust.Snapshot,
            TargetsVersion = Trust.Targets,
            Floor = Trust.Floor,
        };
        VerifiedRelease? release = null;
        try
        {
            var source = new MemorySource(file);
            ReleaseHead head = GkuReader.ReadHead(source);
            trust = Verifier.UpdateRoots(head, trust).Trust;
            release = Verifier.Accept(head, trust, Device);
            ReadChunks(source, release);
            return (null, trust, release);
        }
        catch (RefusedException refused)
        {
            return (refused, trust, release);
        }
    }

    private static void ReadChunks(MemorySource source, VerifiedRelease release)
    {
        byte[] buffer = new byte[Limits.MaxChunkBytes];
        foreach (VerifiedPayload payload in release.Payloads)
        {
            for (int i = 0; i < payload.Chunks.Length; i++)
            {
                _ = ChunkReader.Read(source, payload, i, buffer);
            }
        }
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    private static ReleaseVersion Version(string text) => ReleaseVersion.TryParse(text, out ReleaseVersion version) ? version : throw new FormatException(text);
}
