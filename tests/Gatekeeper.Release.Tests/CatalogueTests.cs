using System.Text.RegularExpressions;

namespace Gatekeeper.Release.Tests;

public sealed partial class CatalogueTests
{
    public static TheoryData<Refusal> All => [.. Enum.GetValues<Refusal>()];

    [Theory]
    [MemberData(nameof(All))]
    public void EveryRefusal_HasItsWords(Refusal refusal)
    {
        RefusalText text = RefusalCatalogue.Of(refusal);
        Assert.Matches(text.Class switch { RefusalClass.SignedMetadata => "^[RP]-[0-9]{2}$", RefusalClass.Device => "^D-[0-9]{2}$", _ => "^U-[0-9]{2}$" }, text.Code);
        Assert.InRange(text.Sentence.Length, 10, 80);
        Assert.InRange(text.NextStep.Length, 10, 80);
        Assert.EndsWith(".", text.Sentence, StringComparison.Ordinal);
        Assert.EndsWith(".", text.NextStep, StringComparison.Ordinal);
        Assert.NotEmpty(text.Audit);
        Assert.DoesNotContain("{", text.Audit, StringComparison.Ordinal);
    }

    [Fact]
    public void Codes_AreUnique()
    {
        string[] codes = [.. Enum.GetValues<Refusal>().Select(r => RefusalCatalogue.Of(r).Code)];
        Assert.Equal(codes.Length, codes.Distinct().Count());
    }

    [Theory]
    [InlineData(Refusal.DescriptorMalformed, RefusalClass.NotACandidate)]
    [InlineData(Refusal.DeviceFlapping, RefusalClass.NotACandidate)]
    [InlineData(Refusal.StickProtocol, RefusalClass.NoSignedMetadata)]
    [InlineData(Refusal.NoRelease, RefusalClass.NoSignedMetadata)]
    [InlineData(Refusal.SignatureMissing, RefusalClass.NoSignedMetadata)]
    [InlineData(Refusal.MetadataRollback, RefusalClass.NoSignedMetadata)]
    [InlineData(Refusal.RootUnusable, RefusalClass.NoSignedMetadata)]
    [InlineData(Refusal.OtherProduct, RefusalClass.SignedMetadata)]
    [InlineData(Refusal.FileDamaged, RefusalClass.SignedMetadata)]
    [InlineData(Refusal.State, RefusalClass.Device)]
    public void I09_TheClassOfARefusal_IsWhatMayBeSeenOfIt(Refusal refusal, RefusalClass expected) =>
        Assert.Equal(expected, RefusalCatalogue.Of(refusal).Class);

    [Theory]
    [MemberData(nameof(All))]
    public void I09_APlaceholder_NamesAVerifiedFact_AndOnlyWhereThereIsOne(Refusal refusal)
    {
        RefusalText text = RefusalCatalogue.Of(refusal);
        string[] used = [.. Placeholder().Matches(text.Sentence + text.NextStep).Select(m => m.Value)];
        Assert.Subset(new HashSet<string> { "{release_product}", "{release_version}", "{device_product}", "{device_hardware}", "{running_version}" }, new HashSet<string>(used));
        Assert.True(used.Length == 0 || text.Class is RefusalClass.SignedMetadata or RefusalClass.Device);
        RefusalText filled = text.Fill(null, null);
        Assert.DoesNotMatch(Placeholder(), filled.Sentence + filled.NextStep);
    }

    [GeneratedRegex(@"\{[a-z_]*\}")]
    private static partial Regex Placeholder();
}
