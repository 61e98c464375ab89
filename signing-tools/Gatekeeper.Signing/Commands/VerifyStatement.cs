using Gatekeeper.Release;
using Gatekeeper.Release.Permits;
using Gatekeeper.Signing.Metadata;

namespace Gatekeeper.Signing.Commands;

/// <summary>Judges a permit, a site root or an approval as a device would.</summary>
internal static class VerifyStatement
{
    /// <summary>A permit: by the root, and by the challenge where one is given.</summary>
    internal static Report Permit(string path, string rootFile, string? product, string? challenge)
    {
        RootFolder.Read(rootFile); // says in our words what is wrong with it
        byte[] root = InputFile.ReadBytes(rootFile, Limits.MaxMetadataBytes, "a root");
        StatementOnDisk file = StatementOnDisk.Read(path);
        Challenge? open = null;
        if (challenge is not null && !Challenge.TryParse(challenge, out open))
        {
            throw new ToolException(ExitCode.Usage, $"--challenge {challenge} is no challenge", "type the whole line that the device shows");
        }

        return Judge(() =>
        {
            TrustState trust = Verifier.InitialTrust(root);
            Permit permit = Release.Permits.Permit.Verify(file.Bytes, trust);
            bool isJudged = open is not null || permit.Challenge is null;
            if (isJudged)
            {
                permit.Judge(new PermitSituation(product ?? permit.Product, open?.Device ?? "", open, NeverProvisioned: open is null));
            }

            return new Report()
                .Line($"{path}: a device that trusts root {trust.RootVersion} takes this permit{(isJudged ? "" : " while its challenge is open")}")
                .Line($"  it {file.Words}")
                .Fact("permit", path)
                .Fact("root_version", trust.RootVersion)
                .Fact("words", file.Words);
        });
    }

    /// <summary>What a site signed: by the site root that the device has, or a first site root by itself.</summary>
    internal static Report Site(string path, string? siteFile)
    {
        StatementOnDisk file = StatementOnDisk.Read(path);
        if (siteFile is null && file.Content is not SiteRoot)
        {
            throw new ToolException(ExitCode.Usage, "option '--site-root' is required", "name the site root the device has, N.site.gka");
        }

        byte[]? site = siteFile is null ? null : InputFile.ReadBytes(siteFile, Limits.MaxSiteRootBytes, "a site root");
        return Judge(() =>
        {
            SiteRoot? current = site is null ? null : SiteRoot.ParseFirst(site);
            _ = current is null ? SiteRoot.ParseFirst(file.Bytes) : SiteFile.Verify(file.Bytes, current);
            string who = current is null ? "a permit or the token can bring this site root" : $"a device with site root {current.Version} of \"{current.Name}\" takes it";
            return new Report().Line($"{path}: {who}").Line("  " + file.Words).Fact("file", path).Fact("words", file.Words);
        });
    }

    private static Report Judge(Func<Report> judge)
    {
        try
        {
            return judge();
        }
        catch (RefusedException e)
        {
            RefusalText text = RefusalCatalogue.Of(e.Code).Fill(null, null);
            string shown = text.Class == RefusalClass.SignedMetadata ? $"shows \"{text.Sentence}\"" : "shows nothing";
            string hint = e.Code switch
            {
                Refusal.SignatureMissing => "inspect shows who signed; permit sign or site sign adds signatures",
                Refusal.State => "check --root: it is the root in the device's image",
                _ => "make it again for what the device asks",
            };
            throw new ToolException(ExitCode.Refused, $"a device refuses this file and {shown} ({text.Code}: {e.Detail})", hint) { RefusalCode = text.Code };
        }
    }
}
