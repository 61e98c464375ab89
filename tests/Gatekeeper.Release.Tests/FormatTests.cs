using System.Text;
using System.Text.RegularExpressions;
using Gatekeeper.Vectors;

namespace Gatekeeper.Release.Tests;

/// <summary>Holds FORMAT.md and the tests to each other.</summary>
public sealed partial class FormatTests
{
    private static readonly string Format = File.ReadAllText(Path.Combine(Repository.Root, "host-service", "Gatekeeper.Release", "FORMAT.md"));

    private static HashSet<string> Rules => [.. RuleRow().Matches(Format).Select(m => m.Groups[1].Value)];

    [Fact]
    public void EveryRule_IsInAVector_OrInATestsName()
    {
        var proven = VectorSet.All().Select(v => v.Vector.Rule).Concat(StatementSet.All().Select(v => v.Vector.Rule)).ToHashSet();
        foreach (string name in typeof(FormatTests).Assembly.GetTypes().SelectMany(t => t.GetMethods()).Select(m => m.Name))
        {
            proven.UnionWith(RuleInName().Matches(name).Select(m => m.Value.Replace('_', '-')));
        }

        Assert.Empty(Rules.Except(proven));
        Assert.Empty(proven.Except(Rules)); // and no test names a rule that is not there
    }

    [Fact]
    public void EveryRuleTheCodeNames_IsInTheFormat()
    {
        string[] files = Directory.GetFiles(Path.Combine(Repository.Root, "host-service", "Gatekeeper.Release"), "*.cs", SearchOption.AllDirectories);
        IEnumerable<string> named = files.Where(f => !f.EndsWith("RefusalCatalogue.Texts.cs", StringComparison.Ordinal)).SelectMany(f => RuleInCode().Matches(File.ReadAllText(f))).Select(m => m.Value);
        Assert.Empty(named.Except(Rules));
    }

    [Fact]
    public void TheExample_IsTheGoodVector()
    {
        byte[] file = File.ReadAllBytes(Path.Combine(Repository.Root, "tests", "vectors", "good", "file.gku"));
        ReleaseHead head = GkuReader.ReadHead(new MemorySource(file));
        Assert.Contains(Encoding.UTF8.GetString(head.Timestamp.Span), Format.Replace("\n", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains($"{head.Release.Length} targets/", Format, StringComparison.Ordinal);
        Assert.Contains("16,384 bytes", Format, StringComparison.Ordinal);
        Assert.Equal(16_384, file.Length);
    }

    [GeneratedRegex(@"^\| (R-[0-9]{2,3}) \|", RegexOptions.Multiline)]
    private static partial Regex RuleRow();

    [GeneratedRegex("R_[0-9]{2,3}")]
    private static partial Regex RuleInName();

    [GeneratedRegex("R-[0-9]{2,3}")]
    private static partial Regex RuleInCode();
}
