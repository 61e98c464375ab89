using System.CommandLine;
using System.Text.Json.Nodes;
using Gatekeeper.Release;
using Gatekeeper.Signing.Metadata;
using JsonArray = System.Text.Json.Nodes.JsonArray;
using JsonObject = System.Text.Json.Nodes.JsonObject;

namespace Gatekeeper.Signing.Commands;

/// <summary><c>inspect</c>: what a release or a root says of itself. It trusts nothing and proves nothing; <c>verify</c> does.</summary>
internal static class InspectCommand
{
    internal static Command Build(CommandFrame frame)
    {
        var file = new Argument<string>("release") { Description = "a release, X.gku, a root, N.root.json, a permit, X.gkp, or what a site signs, X.gka" };
        var command = new Command("inspect", "show what a file says of itself, and who signed it") { file };
        return frame.Does(command, parse =>
        {
            string path = parse.GetRequiredValue(file);
            if (path.EndsWith(".json", StringComparison.Ordinal))
            {
                (SignedMetadata metadata, RootMetadata root) = RootFolder.Read(path);
                return RootCommands.Describe(path, root, new RoleSigning("root", metadata, root.Root));
            }

            if (StatementOnDisk.IsOne(path))
            {
                return Describe(StatementOnDisk.Read(path));
            }

            using var release = new ReleaseOnDisk(path);
            return Describe(path, release);
        });
    }

    // Whose these keys are, a root or a site root says: verify asks it.
    private static Report Describe(StatementOnDisk file)
    {
        string[] signers = [.. file.Metadata.Signatures.Select(s => s.KeyId)];
        return new Report()
            .Line($"{file.Path}: {file.Words}")
            .Line($"  signed by  {(signers.Length == 0 ? "nobody" : string.Join(", ", signers.Select(RoleSigning.Short)))}")
            .Fact("file", file.Path)
            .Fact("words", file.Words)
            .Fact("signed_by", Texts(signers));
    }

    private static Report Describe(string path, ReleaseOnDisk release)
    {
        ReleaseDocument document = release.Document;
        Report report = new Report()
            .Line($"{path}: {document.Product} {document.Version} ({document.Channel}), {release.Length} bytes")
            .Line($"  digest         {release.Digest}")
            .Line($"  for hardware   {string.Join(", ", document.Hardware)}")
            .Line($"  replaces       {document.ReplacesFrom} and later")
            .Line($"  signed at      {TufTime.Format(document.SignedAt)}")
            .Line($"  expires        {TufTime.Format(release.TargetsMetadata.Expires)}")
            .Line($"  metadata       version {release.TargetsMetadata.Version}, {release.Roots.Count} root{(release.Roots.Count == 1 ? "" : "s")}");
        foreach (ReleasePayload payload in document.Payloads)
        {
            long stored = document.Entries.First(e => e.Name == GkuNames.Payload(payload.Part)).Length;
            report.Line($"  part           {payload.Part}, image of {payload.ImageSize} bytes, {stored} stored");
        }

        foreach (RoleSigning role in release.Roles)
        {
            report.Line($"  signatures     {role.Words()}");
        }

        foreach (string line in document.Notes)
        {
            report.Line($"  notes          {line}");
        }

        return report
            .Fact("release", path)
            .Fact("product", document.Product)
            .Fact("version", document.Version.ToString())
            .Fact("channel", document.Channel)
            .Fact("digest", release.Digest)
            .Fact("bytes", release.Length)
            .Fact("hardware", Texts(document.Hardware))
            .Fact("replaces_from", document.ReplacesFrom.ToString())
            .Fact("signed_at", TufTime.Format(document.SignedAt))
            .Fact("expires", TufTime.Format(release.TargetsMetadata.Expires))
            .Fact("metadata_version", release.TargetsMetadata.Version)
            .Fact("root_version", release.Roots.Count)
            .Fact("parts", new JsonArray([.. document.Payloads.Select(p => (JsonNode)new JsonObject { ["part"] = p.Part, ["image_size"] = p.ImageSize })]))
            .Fact("complete", release.IsSigned)
            .Fact("roles", release.RoleFacts())
            .Fact("notes", Texts(document.Notes));
    }

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(t => (JsonNode)t)]);
}
