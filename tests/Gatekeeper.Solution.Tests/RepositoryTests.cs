using System.Text;
using System.Text.RegularExpressions;

namespace Gatekeeper.Solution.Tests;

/// <summary>What may be tracked: nothing of one machine, no secret, and nothing beside the folders of DESIGN §4.</summary>
public sealed partial class RepositoryTests
{
    private static readonly string[] TopLevel =
    [
        "host-service", "signing-tools", "tests", "firmware", "hardware", ".ci", "README.md", "Gatekeeper.sln", "Directory.Build.props",
        "Directory.Packages.props", "global.json", ".editorconfig", ".gitignore", ".gitattributes", "LICENSE",
    ];

    [Fact]
    public void TopLevel_HoldsOnlyWhatTheDesignLists() =>
        Assert.Empty(Repository.Files.Select(file => file.Split('/')[0]).Distinct().Except(TopLevel));

    [Fact]
    public void TrackedFiles_NameNoMachinePath() => NoneContains(MachinePath());

    [Fact]
    public void TrackedFiles_NameNoRegistryHost() => NoneContains(RegistryHost());

    [Fact]
    public void TrackedFiles_HoldNoPrivateKey() => NoneContains(PrivateKey());

    [Fact]
    public void TrackedFiles_HoldNoRegistryConfiguration() =>
        Assert.DoesNotContain(Repository.Files, file => Path.GetFileName(file) is var name
            && (name.Equals("nuget.config", StringComparison.OrdinalIgnoreCase) || name is ".npmrc" or "pip.conf" or "sources.list"));

    [Theory]
    [InlineData("x /home/ann/src", true)]
    [InlineData("\"/work" + "/main\"", true)] // in two parts, so that no search for such paths finds this file
    [InlineData("$cache/work/publish", false)]
    [InlineData("/workspace", false)]
    [InlineData("tree/root/home/", false)]
    public void MachinePath_IsTold(string text, bool found) => Assert.Equal(found, MachinePath().IsMatch(text));

    private static void NoneContains(Regex pattern)
    {
        List<string> found = [];
        foreach (string file in Repository.Files.Where(file => file != "tests/Gatekeeper.Solution.Tests/RepositoryTests.cs"))
        {
            byte[] bytes = File.ReadAllBytes(Path.Combine(Repository.Root, file));
            Match match = pattern.Match(Encoding.Latin1.GetString(bytes));
            if (match.Success)
                found.Add($"{file}: {match.Value}");
        }

        Assert.Empty(found);
    }

    [GeneratedRegex(@"(?<![\w$}.-])/(?:work|home/\w+|Users/\w+|root/(?:\.|src|work|main))(?=[/""'\s]|$)/?|[A-Z]:\\Users\\")]
    private static partial Regex MachinePath();

    [GeneratedRegex(@"\b(?:api\.|www\.)?nuget\.org|\bpypi\.org|\bpythonhosted\.org|\bregistry\.npmjs|\bcrates\.io|\bproxy\.golang\.org|\b(?:deb|security|ftp|snapshot)\.debian\.org|\bartifactory\b|\bpkgs\.dev\.azure", RegexOptions.IgnoreCase)]
    private static partial Regex RegistryHost();

    [GeneratedRegex(@"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----|\bAGE-SECRET-KEY-1|\bPuTTY-User-Key-File")]
    private static partial Regex PrivateKey();
}
