using System.CommandLine;
using Gatekeeper.Release;
using Gatekeeper.Signing.Metadata;

namespace Gatekeeper.Signing.Commands;

/// <summary><c>verify</c>: the device's own verifier over the whole file, every chunk included.</summary>
internal static class VerifyCommand
{
    internal static Command Build(CommandFrame frame)
    {
        var file = new Argument<string>("release") { Description = "a release, X.gku (part files beside it are joined), a permit, X.gkp, or what a site signs, X.gka" };
        var root = new Option<string?>("--root") { Description = "the root the device trusts, N.root.json; not for X.gka", HelpName = "FILE" };
        var product = new Option<string?>("--product") { Description = "the device's product", HelpName = "NAME" };
        var hardware = new Option<string?>("--hardware") { Description = "for a release: the device's hardware id", HelpName = "ID" };
        var running = new Option<string?>("--running") { Description = "for a release: the version that runs on it", HelpName = "VERSION" };
        var time = new Option<string?>("--time") { Description = "the device's time: metadata that has expired by then is refused; without it, dates are not judged", HelpName = "DATE" };
        var challenge = new Option<string[]>("--challenge") { Description = "for a permit: the challenge that is open on the device", AllowMultipleArgumentsPerToken = true, HelpName = "TEXT" };
        var site = new Option<string?>("--site-root") { Description = "for X.gka: the site root the device has, N.site.gka", HelpName = "FILE" };
        var command = new Command("verify", "judge a file as a device would, every chunk of a release included") { file, root, product, hardware, running, time, challenge, site };
        return frame.Does(command, parse =>
        {
            string path = parse.GetRequiredValue(file);
            if (path.EndsWith(".gka", StringComparison.Ordinal))
            {
                return VerifyStatement.Site(path, parse.GetValue(site));
            }

            if (path.EndsWith(".gkp", StringComparison.Ordinal))
            {
                return VerifyStatement.Permit(path, Needed(parse, root), parse.GetValue(product), string.Join(' ', parse.GetValue(challenge) ?? []) is { Length: > 0 } line ? line : null);
            }

            long? now = parse.GetValue(time) is { } text ? Values.Moment("--time", text) : null;
            var facts = new DeviceFacts(
                Needed(parse, product),
                Needed(parse, hardware),
                Values.Version("--running", Needed(parse, running)),
                RunningDigest: null,
                now ?? 0,
                RefuseExpired: now is not null);
            return Verify(frame, path, Needed(parse, root), facts);
        });
    }

    // Which options a file needs, its kind says.
    private static string Needed(ParseResult parse, Option<string?> option) =>
        parse.GetValue(option) ?? throw new ToolException(ExitCode.Usage, $"option '{option.Name}' is required", "gatekeeper-sign verify --help");

    private static Report Verify(CommandFrame frame, string path, string rootFile, DeviceFacts facts)
    {
        RootFolder.Read(rootFile); // says in our words what is wrong with it
        byte[] root = InputFile.ReadBytes(rootFile, Limits.MaxMetadataBytes, "a root");
        using var source = new FileSource(path);
        VerifiedRelease release;
        try
        {
            release = Accept(source, path, root, facts);
            long bytes = release.Payloads.Sum(p => p.StoredLength);
            Progress.Show(frame.Console, "checking every chunk", bytes, done => ReadChunks(source, release, done));
        }
        catch (RefusedException e)
        {
            RefusalText text = RefusalCatalogue.Of(e.Code).Fill(e.Release, facts);
            string shown = text.Class == RefusalClass.SignedMetadata ? $"shows \"{text.Sentence}\"" : "shows nothing";
            throw new ToolException(ExitCode.Refused, $"a device refuses this file and {shown} ({text.Code}: {e.Detail})", Hint(e.Code)) { RefusalCode = text.Code };
        }

        return new Report()
            .Line($"{path}: {facts.Product} {facts.HardwareId} with {facts.Running} would install {release.Product} {release.Version}")
            .Line($"  digest {release.Digest}, every chunk of {release.Payloads.Length} part{(release.Payloads.Length == 1 ? "" : "s")} as signed")
            .Fact("release", path)
            .Fact("product", release.Product)
            .Fact("version", release.Version.ToString())
            .Fact("digest", release.Digest)
            .Fact("root_version", release.TrustAtKeep.RootVersion)
            .Expires(Expiries(path));
    }

    private static IReadOnlyList<(string What, long Expires)> Expiries(string path)
    {
        using var release = new ReleaseOnDisk(path);
        return release.Expiries;
    }

    private static VerifiedRelease Accept(FileSource source, string path, byte[] root, DeviceFacts facts)
    {
        TrustState trust = Verifier.InitialTrust(root);
        ReleaseHead head = GkuReader.ReadHead(source);
        return head.RootsOnly
            ? throw new ToolException(ExitCode.Input, $"{path} holds roots only", "give a release")
            : Verifier.Accept(head, Verifier.UpdateRoots(head, trust).Trust, facts);
    }

    private static string Hint(Refusal code) => code switch
    {
        Refusal.SignatureMissing => "inspect shows whose signatures are missing; release sign adds them",
        Refusal.OtherProduct or Refusal.OtherHardware => "check --product and --hardware, or build the release for them",
        Refusal.InstalledAlready or Refusal.TooOld or Refusal.TooFar => "check --running, or the release's --version and --replaces-from",
        Refusal.MetadataExpired => "build it again with a later --expires",
        Refusal.RootUnknown or Refusal.State => "check --root: it is the root in the device's image",
        _ => "copy the file again; if that does not help, build and sign it again",
    };

    private static void ReadChunks(FileSource source, VerifiedRelease release, Action<long> progress)
    {
        foreach (VerifiedPayload payload in release.Payloads)
        {
            byte[] buffer = new byte[payload.ChunkSize];
            for (int i = 0; i < payload.Chunks.Length; i++)
            {
                ChunkReader.Read(source, payload, i, buffer);
                progress(payload.Chunks[i].StoredLength);
            }
        }
    }
}
