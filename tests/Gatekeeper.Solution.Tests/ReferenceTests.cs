using System.Text.RegularExpressions;

namespace Gatekeeper.Solution.Tests;

/// <summary>References point one way (DESIGN §4), and signing code never reaches a device.</summary>
public sealed partial class ReferenceTests
{
    /// <summary>What each project may reference directly or through others. A project that is missing here fails the test: decide first where it stands.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Gatekeeper.Release"] = [],
        ["Gatekeeper.PortGate"] = ["Gatekeeper.Release"],
        ["Gatekeeper.Stick"] = ["Gatekeeper.Release", "Gatekeeper.PortGate"],
        ["Gatekeeper.Update"] = ["Gatekeeper.Release"],
        ["Gatekeeper.Linux"] = ["Gatekeeper.Release", "Gatekeeper.PortGate", "Gatekeeper.Stick", "Gatekeeper.Update"],
        ["Gatekeeper.Service"] = ["Gatekeeper.Release", "Gatekeeper.PortGate", "Gatekeeper.Stick", "Gatekeeper.Update", "Gatekeeper.Linux"],
        ["Gatekeeper.Cli"] = ["Gatekeeper.Release", "Gatekeeper.PortGate", "Gatekeeper.Stick", "Gatekeeper.Update", "Gatekeeper.Linux"],
        ["Gatekeeper.Kiosk"] = ["Gatekeeper.Release", "Gatekeeper.PortGate", "Gatekeeper.Stick", "Gatekeeper.Update", "Gatekeeper.Linux"],
        ["Gatekeeper.SampleApp"] = ["Gatekeeper.Release", "Gatekeeper.PortGate", "Gatekeeper.Stick", "Gatekeeper.Update", "Gatekeeper.Linux"],
        ["Gatekeeper.StatusClient"] = [],
        ["Gatekeeper.Signing"] = ["Gatekeeper.Release"],
    };

    private static readonly Dictionary<string, string> Projects = Repository.Files
        .Where(file => file.EndsWith(".csproj", StringComparison.Ordinal) && !file.StartsWith("tests/", StringComparison.Ordinal))
        .ToDictionary(file => Path.GetFileNameWithoutExtension(file)!, file => file);

    public static TheoryData<string> Names => [.. Projects.Keys.Order()];

    [Theory]
    [MemberData(nameof(Names))]
    public void Project_ReferencesOneWay(string project)
    {
        Assert.True(Allowed.ContainsKey(project), $"{project} has no place in the list");
        HashSet<string> reached = [];
        Reach(project, reached);
        Assert.Empty(reached.Except(Allowed[project]).Order());
    }

    [Fact]
    public void EveryListedProject_Exists() => Assert.Empty(Allowed.Keys.Except(Projects.Keys));

    [Fact]
    public void SigningCode_IsNeverReferencedByWhatReachesADevice()
    {
        IEnumerable<string> files = Repository.Files.Where(file =>
            (file.StartsWith("host-service/", StringComparison.Ordinal) && (file.EndsWith(".cs", StringComparison.Ordinal) || file.EndsWith(".csproj", StringComparison.Ordinal)))
            || (file.StartsWith("firmware/sample-app/", StringComparison.Ordinal) && (file.EndsWith(".cs", StringComparison.Ordinal) || file.EndsWith(".csproj", StringComparison.Ordinal)))
            || (file.StartsWith("firmware/init/", StringComparison.Ordinal)));

        // Whom a project shows its internals to, it does not refer to.
        Assert.DoesNotContain(files, file => Repository.Read(file).Split('\n')
            .Any(line => line.Contains("Gatekeeper.Signing", StringComparison.Ordinal) && !line.Contains("InternalsVisibleTo", StringComparison.Ordinal)));
    }

    /// <summary>The image takes whole publish folders, so the recipe must not publish the signer into one.</summary>
    [Fact]
    public void ImageRecipe_PublishesNoSigner()
    {
        foreach (string file in Repository.Files.Where(file => file.StartsWith("firmware/", StringComparison.Ordinal)))
        {
            foreach (string line in Repository.Read(file).Split('\n').Where(line => line.Contains("dotnet publish", StringComparison.Ordinal)))
                Assert.False(line.Contains("signing-tools", StringComparison.Ordinal) && line.Contains("tree", StringComparison.Ordinal), $"{file}: {line.Trim()}");
        }
    }

    private static void Reach(string project, HashSet<string> reached)
    {
        foreach (Match match in Reference().Matches(Repository.Read(Projects[project])))
        {
            string target = Path.GetFileNameWithoutExtension(match.Groups[1].Value.Replace('\\', '/'));
            if (reached.Add(target))
                Reach(target, reached);
        }
    }

    [GeneratedRegex(@"<ProjectReference Include=""([^""]+)""")]
    private static partial Regex Reference();
}
