using System.CommandLine;
using Gatekeeper.Release;
using Gatekeeper.Signing.Keys;
using Gatekeeper.Signing.Metadata;

namespace Gatekeeper.Signing.Commands;

/// <summary><c>release build</c> and <c>release sign</c>.</summary>
internal static class ReleaseCommands
{
    internal static Command Build(CommandFrame frame) => new("release", "releases: one file, X.gku, for one product")
    {
        Make(frame), Sign(frame), DetachedCommands.ToSign(frame, "release"), DetachedCommands.AddSignature(frame, "release"),
    };

    private static Command Make(CommandFrame frame)
    {
        var product = new Option<string>("--product") { Description = "product name, as in the device's image", Required = true, HelpName = "NAME" };
        var version = new Option<string>("--version") { Description = "the version it brings, such as 4.2.1", Required = true, HelpName = "VERSION" };
        var hardware = new Option<string[]>("--hardware") { Description = "hardware ids it is for", Required = true, AllowMultipleArgumentsPerToken = true, HelpName = "ID" };
        var replaces = new Option<string>("--replaces-from") { Description = "the lowest running version it may replace", DefaultValueFactory = _ => "0.0.0", HelpName = "VERSION" };
        var signedAt = new Option<string>("--signed-at") { Description = "when it is signed: 2031-05-04 or 2031-05-04T03:02:01Z", Required = true, HelpName = "DATE" };
        var expires = new Option<string>("--expires") { Description = "when its metadata expires", Required = true, HelpName = "DATE" };
        var channel = new Option<string>("--channel") { Description = "channel", DefaultValueFactory = _ => "stable", HelpName = "NAME" };
        var notes = new Option<string?>("--notes") { Description = "release notes, plain text; the technician reads them", HelpName = "FILE" };
        var parts = new Option<string[]>("--part") { Description = "PART=FILE, the image of a slot part, such as efi=efi.img", Required = true, AllowMultipleArgumentsPerToken = true, HelpName = "PART" };
        var sbom = new Option<string?>("--sbom") { Description = "bill of materials, CycloneDX JSON", HelpName = "FILE" };
        var chunkSize = new Option<int>("--chunk-size") { Description = "bytes of a chunk: a power of two, 65536 to 4194304", DefaultValueFactory = _ => 1 << 20, HelpName = "BYTES" };
        var roots = new Option<string>("--root-dir") { Description = "folder of 1.root.json, 2.root.json, ...", Required = true, HelpName = "DIR" };
        var metadata = new Option<long>("--metadata-version") { Description = "version of the metadata: higher than that of every release before", Required = true, HelpName = "N" };
        var output = new Option<string>("--out") { Description = "the release to make, X.gku", Required = true, HelpName = "FILE" };
        var command = new Command("build", "build a release without signatures; the same inputs give the same bytes")
        {
            product, version, hardware, replaces, signedAt, expires, channel, notes, parts, sbom, chunkSize, roots, metadata, output,
        };
        return frame.Does(command, parse =>
        {
            var input = new ReleaseInput
            {
                Product = parse.GetRequiredValue(product),
                Version = Values.Version("--version", parse.GetRequiredValue(version)),
                Channel = parse.GetRequiredValue(channel),
                Hardware = parse.GetRequiredValue(hardware),
                ReplacesFrom = Values.Version("--replaces-from", parse.GetRequiredValue(replaces)),
                SignedAt = Values.Moment("--signed-at", parse.GetRequiredValue(signedAt)),
                Expires = Values.Moment("--expires", parse.GetRequiredValue(expires)),
                MetadataVersion = AtLeastOne(parse.GetValue(metadata)),
                Notes = parse.GetValue(notes) is { } file ? ReleaseInput.ReadNotes(file) : [],
                Parts = [.. parse.GetRequiredValue(parts).Select(Part)],
                ChunkSize = ChunkSize(parse.GetValue(chunkSize)),
                Sbom = parse.GetValue(sbom) is { } bill ? InputFile.ReadBytes(bill, Limits.MaxSbomBytes, "a bill of materials") : null,
            };
            if (input.Expires <= input.SignedAt)
            {
                throw new ToolException(ExitCode.Usage, "--expires is not after --signed-at", "metadata usually holds for a year or more");
            }

            return BuildFile(frame, input, parse.GetRequiredValue(roots), parse.GetRequiredValue(output));
        });
    }

    private static Report BuildFile(CommandFrame frame, ReleaseInput input, string rootFolder, string output)
    {
        OutputFile.ExpectNew(output);
        IReadOnlyList<byte[]> roots = RootFolder.ReadAll(rootFolder).Files;
        long bytes = input.Parts.Sum(p => InputFile.Length(p.File));
        Progress.Show(frame.Console, $"hashing {input.Product} {input.Version}", bytes, done =>
        {
            ReleaseFile file = input.Build(roots, done);
            OutputFile.Replace(output, file.Write);
        });
        using var made = new ReleaseOnDisk(output);
        return Answer(output, made)
            .Line("it has no signatures yet: gatekeeper-sign release sign " + output + " --key KEY");
    }

    private static Command Sign(CommandFrame frame)
    {
        var file = new Argument<string>("release") { Description = "the release, X.gku" };
        var keys = new Option<string[]>("--key") { Description = "private keys; each signs every role it belongs to", Required = true, AllowMultipleArgumentsPerToken = true, HelpName = "KEY" };
        Option<string[]> passphrases = CommandFrame.PassphraseFiles();
        Option<bool> yes = CommandFrame.YesOption();
        var command = new Command("sign", "add signatures to a release, in any order, on any machine") { file, keys, passphrases, yes };
        return frame.Does(command, parse =>
        {
            string path = parse.GetRequiredValue(file);
            using var release = new ReleaseOnDisk(path);
            Consent consent = parse.GetValue(yes) ? Consent.Given : Consent.NotNeededInScripts;
            SigningFlow.Sign(frame, release, [], consent, () => KeyRing.Read(parse.GetRequiredValue(keys), frame.Passphrases(parse, passphrases)));
            using var written = new ReleaseOnDisk(path);
            return Answer(path, written);
        });
    }

    private static Report Answer(string path, ReleaseOnDisk release) => new Report()
        .Line($"{path}: {release.Document.Product} {release.Document.Version}, {release.Length} bytes, digest {release.Digest}")
        .Lines(release.Standing.Select(s => "  " + s))
        .Fact("release", path)
        .Fact("digest", release.Digest)
        .Fact("bytes", release.Length)
        .Fact("complete", release.IsSigned)
        .Fact("roles", release.StandingFacts)
        .Expires(release.Expiries);

    private static (string Part, string File) Part(string text)
    {
        (string part, string file) = Values.Pair("--part", text, "efi=efi.img");
        return GkuNames.IsPart(part)
            ? (part, file)
            : throw new ToolException(ExitCode.Usage, $"--part {text} names no slot part", "a slot part is named like efi or system");
    }

    private static long AtLeastOne(long version) => version >= 1
        ? version
        : throw new ToolException(ExitCode.Usage, $"--metadata-version {version} is below 1", "use 1 for the first release, then one more for each");

    private static int ChunkSize(int size) => size is >= Limits.MinChunkBytes and <= Limits.MaxChunkBytes && int.IsPow2(size)
        ? size
        : throw new ToolException(ExitCode.Usage, $"--chunk-size {size} is no chunk size", "use a power of two from 65536 to 4194304");
}
