using Gatekeeper.Release.Permits;
using Gatekeeper.Vectors;

namespace Gatekeeper.Release.Tests.Permits;

/// <summary>Runs the vectors of permits, site roots and approvals as they lie in the repository, and holds the generator to them.</summary>
public sealed class StatementVectorTests
{
    private static readonly string Home = Path.Combine(Repository.Root, "tests", "vectors");

    public static TheoryData<string> Names => [.. Folders()];

    private static IEnumerable<string> Folders() =>
        Directory.GetDirectories(Home).Where(d => !File.Exists(Path.Combine(d, "file.gku"))).Select(d => Path.GetFileName(d)).Order(StringComparer.Ordinal);

    [Theory]
    [MemberData(nameof(Names))]
    public void I09_Vector_GivesWhatItsHeaderSays(string name)
    {
        var vector = StatementVector.Parse(name, File.ReadAllText(Path.Combine(Home, name, "vector.txt")));
        byte[] file = File.ReadAllBytes(Path.Combine(Home, name, vector.FileName));
        object? read = null;
        RefusedException? refused = null;
        try
        {
            read = vector.Run(file, File.ReadAllBytes(Path.Combine(Home, "permits.root.json")), File.ReadAllBytes(Path.Combine(Home, "site.root.json")));
        }
        catch (RefusedException e)
        {
            refused = e;
        }

        Assert.True(vector.Expect == refused?.Code, $"expected {vector.Expect?.ToString() ?? "accepted"}, was {refused?.Message ?? "accepted"}");
        if (read is not null)
        {
            // What is accepted has one spelling: the outer form always, what is signed where it has no members beside those of the format.
            SignedMetadata outer = SignedMetadata.Parse(file);
            Assert.Equal(file, SignedMetadata.Encode(outer.SignedBytes.AsSpan(), outer.Signatures));
            if (!name.Contains("_unknown_member", StringComparison.Ordinal) && !name.Contains("_critical_known", StringComparison.Ordinal))
            {
                Assert.Equal(outer.SignedBytes, StatementBytes.Of(read));
            }
        }
    }

    [Fact]
    public void Vectors_AreWhatTheGeneratorMakes()
    {
        Assert.Equal(StatementForge.TrustedRoot, File.ReadAllBytes(Path.Combine(Home, "permits.root.json")));
        Assert.Equal(StatementForge.Site, File.ReadAllBytes(Path.Combine(Home, "site.root.json")));
        var made = StatementSet.All().ToList();
        Assert.Equal(made.Select(m => m.Vector.Name).Order(StringComparer.Ordinal), Folders());
        foreach ((StatementVector vector, Func<byte[]> build) in made)
        {
            Assert.Equal(vector.Write(), File.ReadAllText(Path.Combine(Home, vector.Name, "vector.txt")));
            Assert.True(build().AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(Home, vector.Name, vector.FileName))), vector.Name);
        }
    }
}

/// <summary>What was read, written again.</summary>
internal static class StatementBytes
{
    public static byte[] Of(object read) => read switch
    {
        Permit permit => permit.Encode(),
        SiteRoot root => root.Encode(),
        SiteApproval approval => approval.Encode(),
        _ => throw new ArgumentException("not a statement", nameof(read)),
    };
}
