using System.CommandLine;
using Gatekeeper.Release;
using Gatekeeper.Release.Permits;
using Gatekeeper.Signing.Keys;
using Gatekeeper.Signing.Metadata;

namespace Gatekeeper.Signing.Commands;

/// <summary><c>approve</c> and <c>withdraw</c>.</summary>
internal static class ApprovalCommands
{
    internal static Command Approve(CommandFrame frame) => Build(frame, "approve", SiteDecision.Approve, "approve a release for a site's devices");

    internal static Command Withdraw(CommandFrame frame) => Build(frame, "withdraw", SiteDecision.Withdraw, "withdraw a release: devices that see this install it no more");

    private static Command Build(CommandFrame frame, string name, SiteDecision decision, string about)
    {
        var site = new Option<string>("--site") { Description = "folder of the site, with every approval and withdrawal there ever was", Required = true, HelpName = "DIR" };
        var release = new Option<string?>("--release") { Description = "the release, X.gku", HelpName = "FILE" };
        var digest = new Option<string?>("--digest") { Description = "its digest, with --product, where the file is not at hand", HelpName = "HEX" };
        var product = new Option<string?>("--product") { Description = "its product", HelpName = "NAME" };
        var after = new Option<string?>("--after") { Description = "the newest word on this release, X.gka, if it does not lie in the folder", HelpName = "FILE" };
        var sequence = new Option<long?>("--sequence") { Description = "a number of your own, above every earlier one; without it, one more than the highest in the folder", HelpName = "N" };
        var keys = new Option<string[]>("--key") { Description = "private keys of the site; site sign adds others", AllowMultipleArgumentsPerToken = true, HelpName = "KEY" };
        var output = new Option<string?>("--out") { Description = "the file to make, X.gka; without it, a name in the site's folder", HelpName = "FILE" };
        Option<string[]> passphrases = CommandFrame.PassphraseFiles();
        var command = new Command(name, about) { site, release, digest, product, after, sequence, keys, output, passphrases };
        return frame.Does(command, parse =>
        {
            var folder = SiteFolder.Read(parse.GetRequiredValue(site));
            (string forProduct, string ofRelease) = ReleaseArgument.Read(parse.GetValue(release), parse.GetValue(digest), parse.GetValue(product));
            var approval = new SiteApproval
            {
                Product = forProduct,
                Digest = ofRelease,
                Decision = decision,
                Sequence = Next(folder, ofRelease, parse.GetValue(after), parse.GetValue(sequence)),
            };
            byte[] bytes = Encode(approval);
            string path = parse.GetValue(output) ?? folder.ApprovalFile(approval);
            if (!path.EndsWith(".gka", StringComparison.Ordinal))
            {
                throw new ToolException(ExitCode.Usage, $"--out {path} does not end in .gka", "devices look for approvals by that ending");
            }

            OutputFile.ExpectNew(path);
            frame.Console.Error.WriteLine("this " + StatementWords.Of(approval));
            var signing = StatementSigning.Begin(bytes, new Signers("site", folder.Newest.Keys));
            using KeyRing ring = KeyRing.Read(parse.GetValue(keys) ?? [], frame.Passphrases(parse, passphrases));
            signing.Add(ring, "for this site");
            OutputFile.WriteNew(path, signing.Encode());
            return SiteCommands.Answer(path, StatementWords.Of(approval), signing)
                .Fact("product", approval.Product)
                .Fact("digest", approval.Digest)
                .Fact("decision", name)
                .Fact("sequence", approval.Sequence);
        });
    }

    // A device takes the highest number it saw. Who has to make numbers up makes them up twice, so the folder counts.
    private static long Next(SiteFolder folder, string digest, string? after, long? given)
    {
        long highest = folder.HighestSequence(digest);
        if (after is not null)
        {
            if (StatementOnDisk.Read(after).Content is not SiteApproval known || known.Digest != digest)
            {
                throw new ToolException(ExitCode.Input, $"{after} is no word on this release", "give the newest .gka file about the same release, or leave --after out");
            }

            highest = Math.Max(highest, known.Sequence);
        }

        return given is null ? highest + 1
            : given > highest ? given.Value
            : throw new ToolException(ExitCode.Usage, $"--sequence {given} is not above {highest}, the highest there is", "leave --sequence out");
    }

    private static byte[] Encode(SiteApproval approval)
    {
        try
        {
            byte[] bytes = approval.Encode();
            SiteApproval.Read((JsonObject)CanonicalJson.Parse(bytes));
            return bytes;
        }
        catch (Exception e) when (e is RefusedException or ArgumentException)
        {
            string why = e is RefusedException refused ? refused.Detail : "the sequence is above 2^53 - 1";
            throw new ToolException(ExitCode.Usage, $"no device would take this: {why}", "check --product and --sequence");
        }
    }
}
