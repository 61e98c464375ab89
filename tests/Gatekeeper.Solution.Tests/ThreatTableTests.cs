using System.Text.RegularExpressions;

namespace Gatekeeper.Solution.Tests;

/// <summary>host-service/threats.md: a row says what proves it, and what it says is there.</summary>
public sealed partial class ThreatTableTests
{
    private const int Threats = 40;
    private static readonly string[] Entries = ["file", "device", "port", "boot", "power", "system", "operator", "signing"];
    private static readonly Row[] Table = Parse();

    public static TheoryData<string> Ids => [.. Enumerable.Range(1, Threats).Select(Id)];

    [Fact]
    public void Table_HasEachThreatOnceInOrder() => Assert.Equal(Enumerable.Range(1, Threats).Select(Id), Table.Select(row => row.Id));

    [Theory]
    [MemberData(nameof(Ids))]
    public void Row_NamesItsEntryRuleAndProof(string id)
    {
        Row row = Find(id);
        Assert.Contains(row.Entry, Entries);
        Assert.NotEmpty(row.Threat);
        Assert.NotEmpty(row.Rules);
        Assert.All(row.Rules, rule => Assert.Contains(rule, InvariantTests.Invariants));
        Assert.NotEmpty(row.Proofs);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Row_NamesTestsThatExist(string id)
    {
        foreach (string proof in Find(id).Proofs)
        {
            if (Later().Match(proof) is { Success: true } later)
                Assert.InRange(int.Parse(later.Groups[1].ValueSpan, System.Globalization.CultureInfo.InvariantCulture), 3, 7);
            else if (Vector().Match(proof) is { Success: true } vector)
                Assert.True(Repository.Files.Any(file => file.StartsWith($"tests/vectors/{vector.Groups[1].Value}/", StringComparison.Ordinal)), $"{id}: no {proof}");
            else if (Test().Match(proof) is { Success: true } test)
                Assert.True(TestCatalogue.All.Contains(test.Groups[1].Value), $"{id}: no test {test.Groups[1].Value}");
            else
                Assert.True(OutsideOrOpen().IsMatch(proof), $"{id}: \"{proof}\" is neither a test, a vector, \"later: issue N (what)\", \"open: what\" nor \"outside: why\"");
        }
    }

    /// <summary>A threat that only words stand against is no proven one; these few cannot have a test yet, or ever.</summary>
    [Fact]
    public void RowsWithoutATest_AreFew() => Assert.Equal(
        ["T17", "T24"],
        Table.Where(row => !row.Proofs.Any(proof => Test().IsMatch(proof) || Vector().IsMatch(proof))).Select(row => row.Id));

    [Fact]
    public void EveryInvariant_HasARow() => Assert.Empty(InvariantTests.Invariants.Except(Table.SelectMany(row => row.Rules)));

    private static string Id(int number) => $"T{number:00}";

    private static Row Find(string id) => Assert.Single(Table, row => row.Id == id);

    private static Row[] Parse() =>
    [
        .. Repository.Read("host-service/threats.md").Split('\n')
            .Where(line => line.StartsWith("| T", StringComparison.Ordinal))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
            .Select(cells => cells.Length == 7
                ? new Row(cells[1], cells[2], cells[3], cells[4].Split(", "), cells[5].Split("<br>", StringSplitOptions.RemoveEmptyEntries))
                : throw new InvalidOperationException($"a row with {cells.Length - 2} columns: {cells[1]}")),
    ];

    [GeneratedRegex(@"^later: issue (\d+) \([^)]+\)$")]
    private static partial Regex Later();

    [GeneratedRegex(@"^(outside|open): \w")]
    private static partial Regex OutsideOrOpen();

    [GeneratedRegex(@"^`vectors/(\w+)`$")]
    private static partial Regex Vector();

    [GeneratedRegex(@"^`(Gatekeeper\.[\w.]+)`$")]
    private static partial Regex Test();

    private sealed record Row(string Id, string Entry, string Threat, string[] Rules, string[] Proofs);
}
