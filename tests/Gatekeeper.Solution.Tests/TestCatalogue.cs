using System.Text.RegularExpressions;

namespace Gatekeeper.Solution.Tests;

/// <summary>Every test method of tests/, by its full name, read from the sources: the test assemblies need not be built for it.</summary>
internal static partial class TestCatalogue
{
    private static readonly Lazy<HashSet<string>> Methods = new(Find);

    /// <summary>Namespace, class and method, as <c>dotnet test --filter FullyQualifiedName=</c> takes them.</summary>
    public static IReadOnlySet<string> All => Methods.Value;

    /// <summary>The invariant in a method's name, for example <c>I09</c> in <c>I09a_...</c>; null when there is none.</summary>
    public static string? InvariantOf(string test)
    {
        Match match = Numbered().Match(test[(test.LastIndexOf('.') + 1)..]);
        return match.Success ? match.Groups[1].Value : null;
    }

    private static HashSet<string> Find()
    {
        HashSet<string> tests = [];
        foreach (string file in Repository.FilesUnder("tests", ".cs"))
        {
            string source = Repository.Read(file);
            string? space = Namespace().Match(source) is { Success: true } match ? match.Groups[1].Value : null;
            foreach (Match test in Test().Matches(source))
            {
                string? type = Class().Matches(source[..test.Index]).LastOrDefault()?.Groups[1].Value;
                if (space is not null && type is not null)
                    tests.Add($"{space}.{type}.{test.Groups[1].Value}");
            }
        }

        return tests;
    }

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"^public (?:sealed |abstract |static |partial )*class (\w+)", RegexOptions.Multiline)]
    private static partial Regex Class();

    /// <summary>An attribute that ends in Fact or Theory, then others, then the method.</summary>
    [GeneratedRegex(@"^    \[\w*(?:Fact|Theory)\b[^\n]*\n(?:    (?:\[|//)[^\n]*\n|    {[^\n]*\n)*    public (?:async )?(?:void|Task) (\w+)\(", RegexOptions.Multiline)]
    private static partial Regex Test();

    [GeneratedRegex(@"^(I\d\d)[a-c]?_")]
    private static partial Regex Numbered();
}
