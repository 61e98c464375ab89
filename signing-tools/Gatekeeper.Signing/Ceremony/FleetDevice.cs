using System.Globalization;
using Gatekeeper.Release;
using Gatekeeper.Signing.Commands;
using Gatekeeper.Signing.Metadata;
using Gatekeeper.Signing.Repositories;

namespace Gatekeeper.Signing.Ceremony;

/// <summary>Devices that are alike for a rehearsal: the root they trust and the generation of their verifier.</summary>
/// <param name="Name">What they are called.</param>
/// <param name="RootVersion">The root they trust.</param>
/// <param name="Reader">Their verifier.</param>
/// <param name="Foreign">True when their root is not one of these roots.</param>
internal sealed record FleetDevice(string Name, int RootVersion, ReaderGeneration Reader, bool Foreign)
{
    private const string Example = "ward=2@before-lms";

    /// <summary>Reads <c>NAME=STATE[@READER]</c>, where STATE is a root version, a root's file or a status report with <c>root_version</c>.</summary>
    internal static FleetDevice Parse(string text, RootChain chain, IEnumerable<ReaderGeneration> readers)
    {
        (string name, string state) = Values.Pair("--device", text, Example);
        int at = state.LastIndexOf('@');
        ReaderGeneration reader = at < 0 ? ReaderGeneration.All[^1] : ReaderGeneration.Find(state[(at + 1)..], readers);
        state = at < 0 ? state : state[..at];
        (int version, bool foreign) = int.TryParse(state, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? (number, false) : ReadState(state, chain);
        return version >= 1 && version <= chain.Roots.Length
            ? new FleetDevice(name, version, reader, foreign)
            : throw new ToolException(ExitCode.Input, $"{name} trusts root {version}, and there are roots 1 to {chain.Roots.Length}", "take the request that was made from the newest roots");
    }

    private static (int Version, bool Foreign) ReadState(string file, RootChain chain)
    {
        byte[] bytes = InputFile.ReadBytes(file, Limits.MaxMetadataBytes, "a trust state");
        try
        {
            if (StandardJsonOrCanonical(bytes) is JsonObject { } map)
            {
                if (map["root_version"] is JsonInteger version)
                {
                    return ((int)Math.Clamp(version.Value, 0, int.MaxValue), false);
                }

                if (map["signed"] is JsonObject signed && signed["version"] is JsonInteger { Value: >= 1 and <= Limits.MaxRoots } own)
                {
                    bool foreign = own.Value <= chain.Roots.Length
                        && !chain.Roots[(int)own.Value - 1].Metadata.SignedBytes.AsSpan().SequenceEqual(CanonicalJson.Write(signed));
                    return ((int)own.Value, foreign);
                }
            }
        }
        catch (Exception e) when (e is FormatException or RefusedException)
        {
            // said below: there is one remedy
        }

        throw new ToolException(ExitCode.Input, $"{file} is no trust state", $"give a root version, the device's trusted root, or a JSON report with root_version, such as --device {Example}");
    }

    // A root with a PEM key is canonical JSON but not JSON by RFC 8259 (FORMAT.md R-14); a report is the other way round.
    private static JsonValue StandardJsonOrCanonical(byte[] bytes)
    {
        try
        {
            return CanonicalJson.Parse(bytes);
        }
        catch (RefusedException)
        {
            return StandardJson.Read(bytes);
        }
    }
}
