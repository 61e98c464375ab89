using Gatekeeper.Release.Tuf;

namespace Gatekeeper.Release.Tests.Tuf;

/// <summary>TUF 1.0.34 §4.5, PATHPATTERN.</summary>
public sealed class PathPatternTests
{
    [Theory]
    [InlineData("targets/*.tgz", "targets/foo.tgz", true)]
    [InlineData("targets/*.tgz", "targets/foo.txt", false)]
    [InlineData("foo-version-?.tgz", "foo-version-2.tgz", true)]
    [InlineData("foo-version-?.tgz", "foo-version-alpha.tgz", false)]
    [InlineData("*.tgz", "targets/foo.tgz", false)]
    [InlineData("foo.tgz", "foo.tgz", true)]
    [InlineData("foo.tgz", "foo.tgz2", false)]
    [InlineData("foo.tgz", "fooxtgz", false)]
    [InlineData("*", "", true)]
    [InlineData("*", ".hidden", true)]
    [InlineData("*", "a/b", false)]
    [InlineData("*/*", "a/b", true)]
    [InlineData("**", "a/b", false)]
    [InlineData("?", "/", false)]
    [InlineData("a*b*c", "aXbYbZc", true)]
    [InlineData("a*b*c", "aXbYbZcd", false)]
    [InlineData("*a", "aaaaaaaab", false)]
    [InlineData("A", "a", false)]
    [InlineData("[a-c]x", "bx", true)]
    [InlineData("[a-c]x", "dx", false)]
    [InlineData("[!a-c]x", "dx", true)]
    [InlineData("[^a-c]x", "bx", false)]
    [InlineData("[]a]x", "]x", true)]
    [InlineData("[a-]x", "-x", true)]
    [InlineData("[ab", "[ab", true)]
    [InlineData("[", "[", true)]
    [InlineData("a[b/c]d", "abd", false)]
    [InlineData("x/[0-9]*", "x/7up", true)]
    [InlineData("", "", true)]
    [InlineData("", "a", false)]
    public void Pattern(string pattern, string path, bool matches) => Assert.Equal(matches, PathPattern.Matches(pattern, path));

    [Fact]
    public void ManyWildcards_TakeTheProductOfBothLengths()
    {
        string pattern = string.Concat(Enumerable.Repeat("*a", Limits.MaxTargetPathChars / 2)) + "b";
        Assert.False(PathPattern.Matches(pattern, new string('a', Limits.MaxTargetPathChars)));
    }

    [Theory]
    [InlineData("a/*-?.json", true)]
    [InlineData("a[b]", false)]
    [InlineData("a\\*", false)]
    [InlineData("", false)]
    public void PlainPattern_IsReadAlikeByAllClients(string pattern, bool plain) => Assert.Equal(plain, PathPattern.IsPlain(pattern));
}
