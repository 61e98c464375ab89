using System.Globalization;
using Gatekeeper.Release.Permits;

namespace Gatekeeper.Signing.Metadata;

/// <summary>A site's folder: <c>1.site.gka</c>, <c>2.site.gka</c>, ... and every approval and withdrawal there ever was. That all of them lie in one place is what keeps sequences right.</summary>
internal sealed class SiteFolder
{
    private readonly string _folder;

    private SiteFolder(string folder, SiteRoot newest) => (_folder, Newest) = (folder, newest);

    /// <summary>The newest site root, signed.</summary>
    internal SiteRoot Newest { get; }

    /// <summary>The file of a site root.</summary>
    internal static string RootFile(string folder, int version) => Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{version}.site.gka"));

    /// <summary>Reads the site roots from 1 on, each verified against the one before, as a device does. One that is not signed yet ends them; it must be the last.</summary>
    /// <exception cref="ToolException">There is none, or one does not follow.</exception>
    internal static SiteFolder Read(string folder)
    {
        SiteRoot? newest = null;
        for (int version = 1; File.Exists(RootFile(folder, version)); version++)
        {
            string path = RootFile(folder, version);
            StatementOnDisk file = StatementOnDisk.Read(path);
            if (file.Content is not SiteRoot root || root.Version != version)
            {
                throw new ToolException(ExitCode.Input, $"{path} does not hold site root {version}", "a site root's file name carries its version");
            }

            StatementSigning signing = Signing(file, root, newest);
            if (!signing.IsComplete)
            {
                return newest is not null && !File.Exists(RootFile(folder, version + 1))
                    ? new SiteFolder(folder, newest)
                    : throw new ToolException(ExitCode.Signatures, $"{path} is not signed yet: {signing.Words()}", $"gatekeeper-sign site sign {path} --key KEY");
            }

            newest = newest is null ? SiteRoot.ParseFirst(file.Bytes) : SiteRoot.Follow(newest, file.Bytes);
        }

        return newest is not null
            ? new SiteFolder(folder, newest)
            : throw new ToolException(ExitCode.Input, $"there is no 1.site.gka in {folder}", "gatekeeper-sign site init makes it");
    }

    /// <summary>Who signs a site root: itself, and before it the one it follows.</summary>
    internal static StatementSigning Signing(StatementOnDisk file, SiteRoot root, SiteRoot? before) => new(file.Metadata, Roles(root, before));

    /// <summary>The roles that sign a site root.</summary>
    internal static IReadOnlyList<Signers> Roles(SiteRoot root, SiteRoot? before) => before is null
        ? [new Signers("site", root.Keys)]
        : [new Signers($"site root {before.Version}", before.Keys), new Signers($"site root {root.Version}", root.Keys)];

    /// <summary>The highest sequence that a file in the folder has for a release, signed or not; 0 when there is none.</summary>
    internal long HighestSequence(string digest) => Directory.GetFiles(_folder, "*.gka")
        .Select(f => StatementOnDisk.Read(f).Content).OfType<SiteApproval>()
        .Where(a => a.Digest == digest).Select(a => a.Sequence).DefaultIfEmpty(0).Max();

    /// <summary>Where a new approval or withdrawal goes.</summary>
    internal string ApprovalFile(SiteApproval approval) => Path.Combine(_folder, string.Create(
        CultureInfo.InvariantCulture,
        $"{approval.Product}-{approval.Digest[..12]}-{approval.Sequence}-{(approval.Decision == SiteDecision.Approve ? "approve" : "withdraw")}.gka"));
}
