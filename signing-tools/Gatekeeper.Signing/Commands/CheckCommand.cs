using System.CommandLine;
using System.Text.Json.Nodes;
using Gatekeeper.Release;
using Gatekeeper.Signing.Metadata;
using JsonArray = System.Text.Json.Nodes.JsonArray;
using JsonObject = System.Text.Json.Nodes.JsonObject;

namespace Gatekeeper.Signing.Commands;

/// <summary><c>check</c>: what expires when, who can sign what, and which role one lost key would close. For a calendar or a nightly job.</summary>
internal static class CheckCommand
{
    internal static Command Build(CommandFrame frame)
    {
        var folder = new Option<string>("--root-dir") { Description = "folder of 1.root.json, 2.root.json, ...", Required = true, HelpName = "DIR" };
        var files = new Argument<string[]>("file") { Description = "releases and requests to look at too", Arity = ArgumentArity.ZeroOrMore };
        var command = new Command("check", "list the dates of roots and releases and what the loss of one key would mean; ends with 10 where something expires within --warn-days") { files, folder };
        return frame.Does(command, parse =>
        {
            RootChain chain = RootFolder.ReadAll(parse.GetRequiredValue(folder));
            var report = new Report { ExpiryCounts = true };
            Roots(report, chain);
            Roles(report, chain);
            foreach (string path in parse.GetValue(files) ?? [])
            {
                using SignedFile file = SignedFile.Open(path);
                report.Line($"{path}: {file.Words[0]}{(file.IsSigned ? "" : ", not signed yet")}")
                    .Lines(file.Expiries.Select(e => $"  {e.What} expires {TufTime.Format(e.Expires)}"))
                    .Expires(file.Expiries.Select(e => ($"{e.What} of {path}", e.Expires)));
            }

            return report;
        });
    }

    private static void Roots(Report report, RootChain chain)
    {
        var roots = new JsonArray();
        foreach (RootFile file in chain.Roots)
        {
            bool newest = file == chain.Newest;
            report.Line($"root {file.Root.Version} expires {TufTime.Format(file.Root.Expires)}{(newest ? "" : ", followed by another")}");
            roots.Add((JsonNode)new JsonObject { ["version"] = file.Root.Version, ["expires"] = TufTime.Format(file.Root.Expires) });
        }

        // An older root need not be valid any more: devices walk over it (TUF 1.0.34 §5.3).
        report.Fact("roots", roots).Expires([($"root {chain.Newest.Root.Version}", chain.Newest.Root.Expires)]);
    }

    private static void Roles(Report report, RootChain chain)
    {
        var roles = new JsonArray();
        foreach ((string name, RoleKeys role) in RootRoles.Of(chain.Newest))
        {
            int spare = Spare(role);
            string words = spare == 0 ? "no key may be lost" : $"{spare} key{(spare == 1 ? "" : "s")} may be lost";
            report.Line($"  {name,-10} {role.Threshold} of {chain.Names.Words(role.Keys)}: {words}");
            roles.Add((JsonNode)new JsonObject { ["role"] = name, ["threshold"] = role.Threshold, ["spare"] = spare });
        }

        report.Fact("roles", roles);
    }

    private static int Spare(RoleKeys role) => SignatureRule.Distinct(role.Keys.Where(k => k.IsKnown)) - role.Threshold;
}
