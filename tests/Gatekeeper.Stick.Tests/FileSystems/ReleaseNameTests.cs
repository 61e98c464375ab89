using Gatekeeper.Release;
using Gatekeeper.Stick.FileSystems;

namespace Gatekeeper.Stick.Tests.FileSystems;

public sealed class ReleaseNameTests
{
    [Theory]
    [InlineData("a.gku")]
    [InlineData("A.GKU")]
    [InlineData("PM200 rev_C-4.2.1 (1)+x.gku")]
    [InlineData("RELEAS~1.GKU")]
    [InlineData("a.gku.2")]
    [InlineData("a.gku.10")]
    [InlineData("a.GKU.99")]
    [InlineData("a.gkr")]
    public void Release_IsValid(string name) => Assert.True(ReleaseName.IsValid(name));

    [Theory]
    [InlineData("")]
    [InlineData(".gku")]
    [InlineData("._a.gku")]
    [InlineData("a.gku.0")]
    [InlineData("a.gku.1")]
    [InlineData("a.gku.02")]
    [InlineData("a.gku.100")]
    [InlineData("a.gku.")]
    [InlineData("a.gkr.2")]
    [InlineData("a.gku.2.3")]
    [InlineData("gku")]
    [InlineData("a.gkux")]
    [InlineData("../a.gku")]
    [InlineData("a/b.gku")]
    [InlineData("a\\b.gku")]
    [InlineData("a\nb.gku")]
    [InlineData("a\u001b[2J.gku")]
    [InlineData("a%n.gku")]
    [InlineData("\u0430.gku")] // Cyrillic a
    [InlineData("a\u202eukg.gku")] // right-to-left override
    public void AnythingElse_IsNot(string name) => Assert.False(ReleaseName.IsValid(name));

    [Fact]
    public void I11_NameAboveTheLimit_IsNotValid()
    {
        string stem = new('a', Limits.MaxReleaseNameLength - 4);
        Assert.True(ReleaseName.IsValid(stem + ".gku"));
        Assert.False(ReleaseName.IsValid(stem + "a.gku"));
    }
}
