using System.Text;
using Gatekeeper.Vectors;

namespace Gatekeeper.Release.Tests;

/// <summary>Runs tests/vectors as they lie in the repository, and holds the generator to them.</summary>
public sealed class VectorTests
{
    private static readonly string Home = Path.Combine(Repository.Root, "tests", "vectors");

    public static TheoryData<string> Names => [.. Folders()];

    private static IEnumerable<string> Folders() => Directory.GetDirectories(Home).Where(d => File.Exists(Path.Combine(d, "file.gku"))).Select(d => Path.GetFileName(d)).Order(StringComparer.Ordinal);

    [Theory]
    [MemberData(nameof(Names))]
    public void I09_Vector_GivesWhatItsHeaderSays(string name)
    {
        Vector vector = Vector.Parse(name, File.ReadAllText(Path.Combine(Home, name, "vector.txt")));
        (RefusedException? refused, TrustState trust, VerifiedRelease? release) = vector.Run(File.ReadAllBytes(Path.Combine(Home, name, "file.gku")), File.ReadAllBytes(Path.Combine(Home, "trusted.root.json")));
        Assert.True(vector.Expect == refused?.Code, $"expected {vector.Expect?.ToString() ?? "accepted"}, was {refused?.Message ?? "accepted"}");
        Assert.Equal(vector.RootAfter, trust.RootVersion);
        Assert.True(refused is not null || release is not null);

        // What may be shown has facts; what may not has none, so nothing unverified can reach the screen.
        Assert.True(refused?.Release is null || RefusalCatalogue.Of(refused.Code).Class == RefusalClass.SignedMetadata);
    }

    [Fact]
    public void Vectors_AreWhatTheGeneratorMakes()
    {
        Assert.Equal(VectorSet.TrustedRoot, File.ReadAllBytes(Path.Combine(Home, "trusted.root.json")));
        var made = VectorSet.All().ToList();
        Assert.Equal(made.Select(m => m.Vector.Name).Order(StringComparer.Ordinal), Folders());
        foreach ((Vector vector, Func<byte[]> build) in made)
        {
            Assert.Equal(vector.Write(), File.ReadAllText(Path.Combine(Home, vector.Name, "vector.txt")));
            Assert.True(build().AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(Home, vector.Name, "file.gku"))), vector.Name);
        }
    }

    [Fact]
    public void KeysOfTheVectors_AreOnTheListOfKeysThatNoImageTrusts()
    {
        string[] list = File.ReadAllLines(Path.Combine(Home, PublishedKeys.FileName));
        IEnumerable<byte[]> files = Directory.EnumerateFiles(Home, "*", SearchOption.AllDirectories).Where(f => Path.GetFileName(f) is not ("vector.txt" or PublishedKeys.FileName)).Select(File.ReadAllBytes);
        Assert.Equal(PublishedKeys.List(files), string.Concat(list.Select(line => line + "\n")));
        Assert.All(list, line => Assert.Equal(64, line.Length)); // an empty line would be found in every root
        Assert.All(new[] { VectorSet.TrustedRoot, StatementForge.TrustedRoot }, root => Assert.Contains(list, line => Encoding.ASCII.GetString(root).Contains(line, StringComparison.Ordinal)));
    }
}
