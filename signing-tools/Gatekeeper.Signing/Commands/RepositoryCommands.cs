using System.CommandLine;
using System.Text.Json.Nodes;
using Gatekeeper.Signing.Metadata;
using Gatekeeper.Signing.Repositories;
using JsonArray = System.Text.Json.Nodes.JsonArray;

namespace Gatekeeper.Signing.Commands;

/// <summary><c>repository import</c> and <c>repository export</c>: to and from other TUF tools.</summary>
internal static class RepositoryCommands
{
    internal static Command Build(CommandFrame frame) => new("repository", "TUF repositories of other tools: metadata/ and targets/") { Import(frame), Export(frame) };

    private static Command Import(CommandFrame frame)
    {
        var folder = new Argument<string>("repository") { Description = "the repository's folder, with metadata/ in it" };
        var roots = new Option<string>("--root-dir") { Description = "folder of 1.root.json, 2.root.json, ...; roots that are missing are written", Required = true, HelpName = "DIR" };
        var content = new Option<string?>("--release") { Description = "a release, X.gku, built with these roots, that the repository's targets name", HelpName = "FILE" };
        var output = new Option<string?>("--out") { Description = "the release with the repository's metadata to make, X.gku", HelpName = "FILE" };
        var command = new Command("import", "take over the roots, and the metadata for one release, that other TUF tools made") { folder, roots, content, output };
        return frame.Does(command, parse =>
        {
            (string? from, string? to) = (parse.GetValue(content), parse.GetValue(output));
            if ((from is null) != (to is null))
            {
                throw new ToolException(ExitCode.Usage, "--release and --out go together", "give both, or neither to take over the roots only");
            }

            var repository = new TufRepository(parse.GetRequiredValue(folder));
            RootChain chain = repository.ReadRoots();
            string rootFolder = parse.GetRequiredValue(roots);
            int written = RepositoryImport.WriteRoots(chain, rootFolder);
            Report report = from is null
                ? new Report().Expires([($"root {chain.Newest.Root.Version}", chain.Newest.Root.Expires)])
                : ImportRelease(frame, repository, chain, from, to!);
            return report
                .Line($"{rootFolder}: roots 1 to {chain.Roots.Length}, {written} of them new")
                .Lines(repository.LeftOut.Select(l => "  left out: " + l))
                .Fact("root_version", chain.Roots.Length)
                .Fact("left_out", new JsonArray([.. repository.LeftOut.Select(l => (JsonNode)l)]));
        });
    }

    private static Report ImportRelease(CommandFrame frame, TufRepository repository, RootChain chain, string from, string to)
    {
        OutputFile.ExpectNew(to);
        RepositoryRoles roles = repository.ReadRoles(chain.Newest.Root);
        using var content = new ReleaseOnDisk(from);
        Progress.Show(frame.Console, "writing", content.Length, done => RepositoryImport.WriteRelease(content, chain, roles, to, done));
        using var made = new ReleaseOnDisk(to);
        Report report = SigningFlow.Answer(made);
        return made.IsSigned ? report : report.Line($"what states hashes of the old bytes was made anew and wants signatures: gatekeeper-sign release sign {to} --key KEY");
    }

    private static Command Export(CommandFrame frame)
    {
        var file = new Argument<string>("release") { Description = "the release, X.gku" };
        var folder = new Option<string>("--out") { Description = "the folder to make; metadata/ and targets/ go into it", Required = true, HelpName = "DIR" };
        var command = new Command("export", "write a release's metadata and release document as a TUF repository") { file, folder };
        return frame.Does(command, parse =>
        {
            using var release = new ReleaseOnDisk(parse.GetRequiredValue(file));
            string output = parse.GetRequiredValue(folder);
            IReadOnlyList<string> files = RepositoryExport.Write(release.Signing, output);
            return new Report()
                .Line($"{output}: {release.Words[0]}, without its images")
                .Lines(files.Select(f => "  " + f))
                .Fact("repository", output)
                .Fact("files", new JsonArray([.. files.Select(f => (JsonNode)f)]))
                .Expires(release.Expiries);
        });
    }
}
