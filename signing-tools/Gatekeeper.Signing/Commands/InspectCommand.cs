using System.CommandLine;
using System.Text.Json.Nodes;
using Gatekeeper.Release;
using Gatekeeper.Signing.Ceremony;
using Gatekeeper.Signing.Metadata;
using JsonArray = System.Text.Json.Nodes.JsonArray;
using JsonObject = System.Text.Json.Nodes.JsonObject;

namespace Gatekeeper.Signing.Commands;

/// <summary><c>inspect</c>: what a release, a root or a signing request says of itself. It trusts nothing and proves nothing; <c>verify</c> does.</summary>
internal static class InspectCommand
{
    internal static Command Build(CommandFrame frame)
    {
        var file = new Argument<string>("release") { Description = "a release, X.gku, a root, N.root.json, a signing request, X.gks, a permit, X.gkp, or what a site signs, X.gka" };
        var command = new Command("inspect", "show what a file says of itself, and who signed it") { file };
        return frame.Does(command, parse =>
        {
            string path = parse.GetRequiredValue(file);
            if (StatementOnDisk.IsOne(path))
            {
                return Describe(StatementOnDisk.Read(path));
            }

            using SignedFile opened = SignedFile.Open(path);
            return Describe(opened);
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

    /// <summary>What a file says of itself and who signed it.</summary>
    internal static Report Describe(SignedFile file)
    {
        Report report = new Report()
            .Line($"{file.FilePath}: {file.Words[0]}{(file is ReleaseOnDisk ? $", {file.Length} bytes" : "")}")
            .Lines(file.Words.Skip(1))
            .Lines(file.Standing.Select(s => "  signatures     " + s))
            .Expires(file.Expiries);
        switch (file)
        {
            case ReleaseOnDisk release:
                AddRelease(report, release);
                break;
            case RootOnDisk root:
                RootCommands.AddRoot(report.Fact("root", root.FilePath), root.File, root.Names);
                break;
            case RequestOnDisk { Request.Root: { } root } request:
                RootCommands.AddRoot(report.Fact("request", request.FilePath), root, request.Names);
                break;
            default:
                report.Fact("request", file.FilePath);
                break;
        }

        return report.Fact("complete", file.IsSigned).Fact("roles", file.StandingFacts);
    }

    private static void AddRelease(Report report, ReleaseOnDisk release)
    {
        ReleaseDocument document = release.Document;
        report
            .Fact("release", release.FilePath)
            .Fact("product", document.Product)
            .Fact("version", document.Version.ToString())
            .Fact("channel", document.Channel)
            .Fact("digest", release.Digest)
            .Fact("bytes", release.Length)
            .Fact("hardware", Texts(document.Hardware))
            .Fact("replaces_from", document.ReplacesFrom.ToString())
            .Fact("signed_at", TufTime.Format(document.SignedAt))
            .Fact("expires", TufTime.Format(release.Signing.TargetsMetadata.Expires))
            .Fact("metadata_version", release.Signing.TargetsMetadata.Version)
            .Fact("root_version", release.Signing.Roots.Roots.Length)
            .Fact("parts", new JsonArray([.. document.Payloads.Select(p => (JsonNode)new JsonObject { ["part"] = p.Part, ["image_size"] = p.ImageSize })]))
            .Fact("notes", Texts(document.Notes));
    }

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(t => (JsonNode)t)]);
}
