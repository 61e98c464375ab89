namespace Gatekeeper.Fuzz.Tests;

/// <summary>A bounded run of every target with a fixed seed. The longer one is marked so and takes another seed.</summary>
public sealed class FuzzTests
{
    public static TheoryData<string> Targets => [.. FuzzTargets.All.Select(t => t.Name)];

    [Theory]
    [MemberData(nameof(Targets))]
    public void I11_DamagedInput_IsRefusedInBounds(string target) => Run(target, seed: 1, cases: 10_000);

    [Theory]
    [Trait("long", "true")]
    [MemberData(nameof(Targets))]
    public void I11_MuchDamagedInput_IsRefusedInBounds(string target) => Run(target, seed: 2, cases: 300_000);

    [Fact]
    public void Engine_FindsAWrongException_TooMuchMemory_AndAnEmptyCorpus()
    {
        Assert.Throws<FuzzFindingException>(() => FuzzEngine.Run(new FuzzTarget("throws", () => [[1]], input => _ = input[0] == 1 ? input[0] : input[9999]), 1, 1000));
        Assert.Throws<FuzzFindingException>(() => FuzzEngine.Run(new FuzzTarget("allocates", () => [[1]], _ => GC.KeepAlive(new byte[1000])) { MaxAllocated = 100 }, 1, 1));
        Assert.Throws<InvalidOperationException>(() => FuzzEngine.Run(new FuzzTarget("empty", () => [], _ => { }), 1, 1));
    }

    [Fact]
    public void Engine_MakesTheSameCasesFromTheSameSeed()
    {
        FuzzTarget json = FuzzTargets.All.First(t => t.Name == "json");
        Assert.Equal(FuzzEngine.Run(json, 7, 500).Outcomes, FuzzEngine.Run(json, 7, 500).Outcomes);
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void Corpus_IsKept_Small_AndRunsClean(string name)
    {
        FuzzTarget target = FuzzTargets.All.First(t => t.Name == name);
        FileInfo[] files = new DirectoryInfo(CorpusStore.Folder(target)).GetFiles();
        Assert.NotEmpty(files);
        Assert.True(files.Length <= 2 * CorpusStore.MaxFiles, $"{files.Length} inputs");
        _ = FuzzEngine.Run(target, 1, 0, more: CorpusStore.Load(target));
    }

    [Fact]
    public void Corpora_AreThoseOfTheTargets() => Assert.Equal(
        FuzzTargets.All.Select(t => t.Name).Order(StringComparer.Ordinal),
        Directory.GetDirectories(Path.GetDirectoryName(CorpusStore.Folder(FuzzTargets.All[0]))!).Select(Path.GetFileName).Order(StringComparer.Ordinal));

    private static void Run(string name, int seed, int cases)
    {
        FuzzTarget target = FuzzTargets.All.First(t => t.Name == name);
        FuzzReport report = FuzzEngine.Run(target, seed, cases / target.Cost, more: CorpusStore.Load(target));

        // A target that always says the same is not reached by its damage.
        Assert.True(report.Outcomes.Count >= 3, string.Join('\n', report.Outcomes));
        Assert.Contains("read", report.Outcomes);
    }
}
