using Gatekeeper.Service.Control;
using Gatekeeper.Service.Tests.Papers;
using Gatekeeper.Update;
using Gatekeeper.Update.Status;
using Gatekeeper.Vectors;

namespace Gatekeeper.Service.Tests;

/// <summary>The language of one device's screen.</summary>
public sealed class LanguageDeskTests : IDisposable
{
    private readonly RunningSystem running = new(SlotSet.A, DeskBench.Version("1.0.0"), [.. StatementForge.TrustedRoot], 1, Guid.NewGuid());
    private readonly TellerBench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public void Language_UntilItIsSet_IsTheImages()
    {
        Assert.Equal("de", Open("de").Current);
    }

    [Fact]
    public void I13_Language_IsSetForGood_OnRecordOnce()
    {
        LanguageDesk desk = Open("de");
        desk.Set("ar");
        desk.Set("ar");
        Assert.Equal("ar", desk.Current);
        Assert.Equal("ar", Open("de").Current);
        Assert.Equal(["language ar"], AuditLog.Read(bench.State).Where(e => e.Event == "language").Select(e => $"{e.Event} {e.Detail}"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("xx")]
    [InlineData("EN")]
    [InlineData("../en")]
    public void Language_WithoutTexts_IsRefused_AndNothingChanges(string tag)
    {
        LanguageDesk desk = Open("de");
        RequestRefusedException refused = Assert.Throws<RequestRefusedException>(() => desk.Set(tag));
        Assert.Contains("zh-Hans", refused.Hint, StringComparison.Ordinal);
        Assert.Equal("de", Open("de").Current);
        Assert.DoesNotContain(AuditLog.Read(bench.State), e => e.Event == "language");
    }

    [Fact]
    public void Language_OfAnotherImage_CountsAsNotSet()
    {
        TrustStore trust = TrustStore.Open(bench.State, running);
        trust.Change(content => content with { Language = "tlh" });
        trust.Commit();
        Assert.Equal("de", Open("de").Current);
    }

    [Fact]
    public void Status_SaysTheLanguage_FromThatMomentOn()
    {
        StatusMessage before = bench.Status.Status;
        bench.Status.Speak("ja");
        Assert.Equal(before with { Language = "ja" }, bench.Status.Status);
    }

    private LanguageDesk Open(string policy) => new(TrustStore.Open(bench.State, running), bench.Audit, policy);
}
