using Gatekeeper.Release;
using Gatekeeper.Release.Permits;

namespace Gatekeeper.Vectors;

/// <summary>What a statement's file is read as.</summary>
public enum StatementKind
{
    /// <summary>A permit, by a device that trusts <c>permits.root.json</c>: <c>file.gkp</c>.</summary>
    Permit,

    /// <summary>A site root that a permit or the token brings: <c>site.json</c>.</summary>
    FirstSiteRoot,

    /// <summary>An approval or a successor, by a device that has <c>site.root.json</c>: <c>file.gka</c>.</summary>
    SiteFile,
}

/// <summary>A test vector of FORMAT.md §10 and §11: a file with one defect (or none) and what must come of it.</summary>
/// <param name="Name">Its folder.</param>
/// <param name="Rule">The rule it is about.</param>
/// <param name="Expect">The refusal, or null when the file is accepted.</param>
/// <param name="About">The one defect, in a few words.</param>
/// <param name="Kind">What it is read as.</param>
public sealed record StatementVector(string Name, string Rule, Refusal? Expect, string About, StatementKind Kind)
{
    /// <summary>The file's name in its folder.</summary>
    public string FileName => FileNameOf(Kind);

    /// <summary>Reads <c>vector.txt</c>.</summary>
    public static StatementVector Parse(string name, string text)
    {
        Dictionary<string, string> lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(": ", 2)).ToDictionary(l => l[0], l => l[1]);
        Refusal? expect = lines["expect"] == "accepted" ? null : Enum.Parse<Refusal>(lines["expect"]);
        return new StatementVector(name, lines["rule"], expect, lines["about"], Enum.GetValues<StatementKind>().Single(k => FileNameOf(k) == lines["file"]));
    }

    /// <summary>Writes <c>vector.txt</c>.</summary>
    public string Write() => $"""
        expect: {Expect?.ToString() ?? "accepted"}
        rule: {Rule}
        about: {About}
        file: {FileName}

        """;

    /// <summary>Does with a file what a device does.</summary>
    /// <param name="file">The file.</param>
    /// <param name="trustedRoot">The root the device trusts.</param>
    /// <param name="site">The site root it has.</param>
    /// <exception cref="RefusedException">It is refused.</exception>
    /// <returns>A <see cref="Permit"/>, a <see cref="SiteRoot"/> or a <see cref="SiteApproval"/>.</returns>
    public object Run(byte[] file, byte[] trustedRoot, byte[] site) => Kind switch
    {
        StatementKind.Permit => Permit.Verify(file, Verifier.InitialTrust(trustedRoot)),
        StatementKind.FirstSiteRoot => SiteRoot.ParseFirst(file),
        _ => SiteFile.Verify(file, SiteRoot.ParseFirst(site)),
    };

    private static string FileNameOf(StatementKind kind) => kind switch
    {
        StatementKind.Permit => "file.gkp",
        StatementKind.FirstSiteRoot => "site.json",
        _ => "file.gka",
    };
}
