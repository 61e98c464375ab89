using System.Text;
using Gatekeeper.Release;
using Gatekeeper.Release.Permits;
using Gatekeeper.Vectors;

namespace Gatekeeper.Fuzz;

/// <summary>The parsers of permits, site roots and approvals.</summary>
internal static class StatementTargets
{
    private static readonly string[] Words = ["\"", "{", "}", "[", "]", ":", ",", "\\", "-", "0", "9007199254740991", "true", "null", "\n", "\"critical\":", "\"challenge\":{", "\"site_root\":null", "downgrade", "site-root", "provision", "x-gatekeeper-site-root", "x-gatekeeper-approval"];
    private static readonly TrustState Trust = Verifier.InitialTrust(StatementForge.TrustedRoot);
    private static readonly SiteRoot Site = SiteRoot.ParseFirst(StatementForge.Site);

    public static IEnumerable<FuzzTarget> All =>
    [
        File("permit-file", StatementKind.Permit, input => Permit.Verify(input, Trust)),
        File("site-file", StatementKind.SiteFile, input => SiteFile.Verify(input, Site)),
        Content("permit", StatementKind.Permit, signed => Permit.Read(signed).Encode()),
        Content("site-root", StatementKind.FirstSiteRoot, signed => SiteRoot.Read(signed, []).Encode()),
        Content("approval", StatementKind.SiteFile, signed => SiteApproval.Read(signed).Encode()),
        new("challenge", Challenges, RunChallenge) { Words = ["-", " ", "o", "L", "U", "provision", "downgrade"], Allowed = [typeof(FormatException)] },
    ];

    private static List<byte[]> Good(StatementKind kind) => [.. StatementSet.All().Where(v => v.Vector.Kind == kind && v.Vector.Expect is null).Select(v => v.Build())];

    /// <summary>No damage makes another file that is accepted: nobody but a signer can.</summary>
    private static FuzzTarget File(string name, StatementKind kind, Action<byte[]> verify)
    {
        var good = new Lazy<List<byte[]>>(() => Good(kind));
        return new FuzzTarget(name, () => good.Value, Run) { Words = Words, Cost = 5 };

        void Run(byte[] input)
        {
            verify(input);
            if (!good.Value.Any(g => g.AsSpan().SequenceEqual(input)))
            {
                throw new InvalidOperationException("a damaged file was accepted");
            }
        }
    }

    /// <summary>What a signer with the keys could sign. What is read is written back, but for members that no reader knows.</summary>
    private static FuzzTarget Content(string name, StatementKind kind, Func<JsonObject, byte[]> again)
    {
        return new FuzzTarget(name, () => [.. Good(kind).Select(file => (byte[])[.. SignedMetadata.Parse(file).SignedBytes])], Run) { Words = Words, Cost = 2 };

        void Run(byte[] input)
        {
            if (CanonicalJson.Parse(input) is not JsonObject signed)
            {
                throw new RefusedException(Refusal.MetadataMalformed, "not an object");
            }

            byte[] written = again(signed);
            var reread = (JsonObject)CanonicalJson.Parse(written);
            if (!again(reread).AsSpan().SequenceEqual(written))
            {
                throw new InvalidOperationException("what was written is read as something else");
            }

            foreach ((string member, JsonValue value) in reread.Members)
            {
                bool same = signed[member] is { } was && CanonicalJson.Write(was).AsSpan().SequenceEqual(CanonicalJson.Write(value));
                if (!same && member != "critical")
                {
                    throw new InvalidOperationException($"{member} is not written back as it was read");
                }
            }
        }
    }

    private static List<byte[]> Challenges() =>
        [.. new[] { "downgrade SN-0001 " + StatementForge.Nonce, "provision - o123456789abcdefghjl", StatementForge.Nonce }.Select(Encoding.UTF8.GetBytes)];

    private static void RunChallenge(byte[] input)
    {
        string typed = Encoding.Latin1.GetString(input);
        bool isNonce = Challenge.TryNormalize(typed, out string? nonce);
        bool isLine = Challenge.TryParse(typed, out Challenge? challenge);
        if ((isNonce && (!Challenge.TryNormalize(nonce!, out string? again) || again != nonce))
            || (isLine && (!Challenge.TryParse(challenge!.Line, out Challenge? reread) || reread != challenge)))
        {
            throw new InvalidOperationException("what was read is not written back");
        }

        if (!isNonce && !isLine)
        {
            throw new FormatException(typed.Contains(' ', StringComparison.Ordinal) ? "no challenge" : "no nonce");
        }
    }
}
