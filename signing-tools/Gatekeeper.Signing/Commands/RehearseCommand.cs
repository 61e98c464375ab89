using System.CommandLine;
using System.Text.Json.Nodes;
using Gatekeeper.Release;
using Gatekeeper.Signing.Ceremony;
using Gatekeeper.Signing.Metadata;
using JsonArray = System.Text.Json.Nodes.JsonArray;
using JsonObject = System.Text.Json.Nodes.JsonObject;

namespace Gatekeeper.Signing.Commands;

/// <summary><c>rehearse</c>: which devices would come along to a new root and which would be cut off, before anyone signs it.</summary>
internal static class RehearseCommand
{
    internal static Command Build(CommandFrame frame)
    {
        var file = new Argument<string>("request") { Description = "the signing request for the new root, X.gks" };
        var devices = new Option<string[]>("--device") { Description = "NAME=STATE[@READER]; STATE: a root version, the device's trusted root, or a JSON report with root_version; without it, every root with every reader", AllowMultipleArgumentsPerToken = true, HelpName = "DEVICE" };
        var readers = new Option<string[]>("--reader") { Description = $"NAME=SCHEME,SCHEME..., a generation of readers beside {string.Join(", ", ReaderGeneration.All.Select(g => g.Name))}", AllowMultipleArgumentsPerToken = true, HelpName = "READER" };
        var signers = new Option<string[]>("--signers") { Description = "names or beginnings of ids of those who will sign; without it, those who have, or everyone who may while it is not enough", AllowMultipleArgumentsPerToken = true, HelpName = "KEY" };
        var command = new Command("rehearse", "try a new root on copies of devices with throw-away keys; ends with 10 when one would be cut off") { file, devices, readers, signers };
        return frame.Does(command, parse =>
        {
            using var request = new RequestOnDisk(parse.GetRequiredValue(file));
            if (request.Request.Root is not { } root || request.Request.Before.Roots.Length == 0)
            {
                throw new ToolException(ExitCode.Input, $"{request.FilePath} does not ask for a root behind another", "give the request that root rotate, key revoke or role threshold wrote");
            }

            RootChain chain = request.Request.Before;
            ReaderGeneration[] own = [.. (parse.GetValue(readers) ?? []).Select(Reader)];
            string[] names = parse.GetValue(devices) ?? [];
            FleetDevice[] fleet = names.Length > 0 ? [.. names.Select(n => FleetDevice.Parse(n, chain, own))] : [.. Everything(chain, own)];
            IReadOnlyList<TufKey> signing = Signers(request, parse.GetValue(signers) ?? []);
            using var rehearsal = new Rehearsal(chain, root, signing.Select(k => k.KeyId));
            return Answer(request, rehearsal, fleet, signing);
        });
    }

    private static Report Answer(RequestOnDisk request, Rehearsal rehearsal, FleetDevice[] fleet, IReadOnlyList<TufKey> signing)
    {
        int target = request.Request.Root!.Root.Version;
        (FleetDevice Device, int Version, string? Stopped)[] results = [.. fleet.Select(d => Try(rehearsal, d))];
        var report = new Report { Attention = results.Any(r => r.Stopped is not null) };
        report.Line($"rehearsal of root {target}, with throw-away keys in place of all others")
            .Line($"  signed by  {request.Names.Words(signing)}");
        var facts = new JsonArray();
        foreach ((FleetDevice device, int version, string? stopped) in results)
        {
            string state = stopped is null ? $"comes to root {target}" : $"cut off at root {version}: {stopped}";
            report.Line($"  {device.Name}: root {device.RootVersion}, reader {device.Reader.Name}: {state}");
            facts.Add((JsonNode)new JsonObject { ["device"] = device.Name, ["root_version"] = device.RootVersion, ["reader"] = device.Reader.Name, ["reaches"] = version, ["cut_off"] = stopped });
        }

        return report.Fact("root_version", target).Fact("devices", facts).Expires(request.Expiries);
    }

    private static (FleetDevice Device, int Version, string? Stopped) Try(Rehearsal rehearsal, FleetDevice device)
    {
        (int version, string? stopped) = device.Foreign ? (device.RootVersion, "its root is not one of these roots") : rehearsal.Walk(device.RootVersion, device.Reader);
        return (device, version, stopped);
    }

    private static IReadOnlyList<TufKey> Signers(RequestOnDisk request, string[] names)
    {
        RoleSigning role = request.Roles[0];
        if (names.Length == 0)
        {
            return role.IsComplete ? [.. role.Keys.Where(k => role.Metadata.Signatures.Any(s => s.KeyId == k.KeyId))] : role.Keys;
        }

        return [.. names.Select(n => role.Keys.SingleOrDefault(k => request.Names.Of(k.KeyId) == n || (n.Length >= 8 && k.KeyId.StartsWith(n, StringComparison.Ordinal)))
            ?? throw new ToolException(ExitCode.Usage, $"{n} is no key that signs this root", $"these do: {request.Names.Words(role.Keys)}"))];
    }

    private static IEnumerable<FleetDevice> Everything(RootChain chain, ReaderGeneration[] own) =>
        ReaderGeneration.All.Concat(own).SelectMany(g => chain.Roots.Select(r => new FleetDevice("devices", r.Root.Version, g, Foreign: false)));

    private static ReaderGeneration Reader(string text)
    {
        (string name, string schemes) = Values.Pair("--reader", text, "old=ed25519,rsassa-pss-sha256");
        return new ReaderGeneration(name, [.. schemes.Split(',')]);
    }
}
