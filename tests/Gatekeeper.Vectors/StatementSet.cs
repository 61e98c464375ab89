using System.Text;
using Gatekeeper.Release;

namespace Gatekeeper.Vectors;

/// <summary>All vectors of permits, site roots and approvals with the bytes of their files.</summary>
public static partial class StatementSet
{
    private const Refusal Bad = Refusal.PermitMalformed;
    private const Refusal Silent = Refusal.SignatureMissing;
    private const Refusal Newer = Refusal.PermitNeedsNewerReader;
    private static readonly string[] PermitKeys = ["permit-1", "permit-2"];
    private static readonly string[] SiteKeys = ["site-1", "site-2"];

    /// <summary>Every vector and how its file is made.</summary>
    public static IEnumerable<(StatementVector Vector, Func<byte[]> Build)> All() => [.. Permits(), .. PermitSubjects(), .. SiteRoots(), .. Successors(), .. Approvals()];

    private static (StatementVector, Func<byte[]>) Permit(string name, string rule, Refusal? expect, string about, Func<string> text, params string[] signers) =>
        (new StatementVector(name, rule, expect, about, StatementKind.Permit), () => StatementForge.Sign(text(), signers.Length > 0 ? signers : PermitKeys));

    /// <summary>A downgrade permit that is signed by all it needs, with one thing changed in what is signed.</summary>
    private static (StatementVector, Func<byte[]>) InDowngrade(string name, string rule, Refusal? expect, string about, Func<string, string> change) =>
        Permit(name, rule, expect, about, () => change(StatementForge.DowngradeText));

    private static (StatementVector, Func<byte[]>) InPeripheral(string name, string rule, Refusal? expect, string about, Func<string, string> change) =>
        Permit(name, rule, expect, about, () => change(StatementForge.PeripheralText));

    private static (StatementVector, Func<byte[]>) InProvision(string name, string rule, Refusal? expect, string about, Func<string, string> change) =>
        Permit(name, rule, expect, about, () => change(StatementForge.ProvisionText));

    private static (StatementVector, Func<byte[]>) FirstSite(string name, string rule, Refusal? expect, string about, Func<string, string> change, params string[] signers) =>
        (new StatementVector(name, rule, expect, about, StatementKind.FirstSiteRoot), () =>
            StatementForge.Sign(change(StatementForge.SiteText(1, "site-1", "site-2", "site-3")), signers.Length > 0 ? signers : SiteKeys));

    private static (StatementVector, Func<byte[]>) Site(string name, string rule, Refusal? expect, string about, Func<string> text, params string[] signers) =>
        (new StatementVector(name, rule, expect, about, StatementKind.SiteFile), () => StatementForge.Sign(text(), signers.Length > 0 ? signers : SiteKeys));

    private static (StatementVector, Func<byte[]>) InApproval(string name, string rule, Refusal? expect, string about, Func<string, string> change) =>
        Site(name, rule, expect, about, () => change(StatementForge.ApprovalText));

    /// <summary>The same vector with its finished file changed.</summary>
    private static (StatementVector, Func<byte[]>) Then((StatementVector Vector, Func<byte[]> Build) made, Func<string, string> change) =>
        (made.Vector, () => Encoding.Latin1.GetBytes(change(Encoding.Latin1.GetString(made.Build()))));

    /// <summary>What a reader of any of the three must do with the members they share.</summary>
    private static IEnumerable<(StatementVector, Func<byte[]>)> Shared(string kind, Func<string, string, Refusal?, string, Func<string, string>, (StatementVector, Func<byte[]>)> make) =>
    [
        make($"good_{kind}_unknown_member", "R-82", null, "a member that no reader knows", t => t.Set("x_note", "[1,true,null]")),
        make($"good_{kind}_critical_known", "R-82", null, "a critical member that every reader knows", t => t.Set("critical", "[\"format\"]")),
        make($"{kind}_type", "R-82", Bad, "the type of a role", t => t.Set("_type", "\"targets\"")),
        make($"{kind}_type_missing", "R-82", Bad, "no type", t => t.Set("_type", null)),
        make($"{kind}_format_2", "R-82", Newer, "format 2", t => t.Set("format", "2")),
        make($"{kind}_format_missing", "R-82", Bad, "no format", t => t.Set("format", null)),
        make($"{kind}_min_reader", "R-82", Newer, "needs a reader that is not there yet", t => t.Set("min_reader", "1000")),
        make($"{kind}_critical", "R-82", Newer, "a critical member that no reader knows", t => t.Set("critical", "[\"x_only_at_night\"]").Set("x_only_at_night", "true")),
        make($"{kind}_critical_missing", "R-82", Bad, "no list of critical members", t => t.Set("critical", null)),
        make($"{kind}_critical_too_many", "R-82", Bad, "more critical members than the limit", t => t.Set("critical", $"[{string.Join(',', Enumerable.Repeat("\"format\"", Limits.MaxCritical + 1))}]")),
    ];
}
