namespace Gatekeeper.Solution.Tests;

/// <summary>Each invariant of DESIGN §3 has a test that carries its number.</summary>
public sealed class InvariantTests
{
    /// <summary>I01 to I15: a number that is not here is not an invariant.</summary>
    public static readonly IReadOnlyList<string> Invariants = [.. Enumerable.Range(1, 15).Select(i => $"I{i:00}")];

    /// <summary>Invariants without a test of their number yet, and the issue that brings it. An invariant that has one must not stand here.</summary>
    private static readonly Dictionary<string, int> Later = new()
    {
    };

    [Fact]
    public void EveryInvariant_HasATestOfItsNumber()
    {
        HashSet<string> covered = [.. TestCatalogue.All.Select(TestCatalogue.InvariantOf).OfType<string>()];
        Assert.Equal(Invariants.Except(covered), Later.Keys.Order());
    }

    [Fact]
    public void NoTest_CarriesANumberThatIsNoInvariant() =>
        Assert.DoesNotContain(TestCatalogue.All, test => TestCatalogue.InvariantOf(test) is string number && !Invariants.Contains(number));

    [Fact]
    public void LaterIssues_AreLater() => Assert.All(Later.Values, issue => Assert.InRange(issue, 3, 12));

    /// <summary>The catalogue reads sources; if its pattern stopped matching, every check on it would pass on nothing.</summary>
    [Fact]
    public void Catalogue_FindsThisTest() =>
        Assert.Contains($"{typeof(InvariantTests).FullName}.{nameof(Catalogue_FindsThisTest)}", TestCatalogue.All);
}
