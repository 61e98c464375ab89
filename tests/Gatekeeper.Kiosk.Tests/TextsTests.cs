using System.Reflection;
using System.Text.RegularExpressions;
using Gatekeeper.Kiosk.Strings;

namespace Gatekeeper.Kiosk.Tests;

public partial class TextsTests
{
    private static readonly TextKey[] Keys =
        [.. typeof(TextKey).GetFields(BindingFlags.Static | BindingFlags.NonPublic).Where(field => field.FieldType == typeof(TextKey)).Select(field => (TextKey)field.GetValue(null)!)];

    public static TheoryData<string> Languages =>
        [.. typeof(Texts).Assembly.GetManifestResourceNames().Where(name => name.EndsWith(".json", StringComparison.Ordinal)).Select(name => name[..^5])];

    [Fact]
    public void English_IsThere() => Assert.Contains("en.json", typeof(Texts).Assembly.GetManifestResourceNames());

    [Theory]
    [MemberData(nameof(Languages))]
    public void Language_HasEveryTextAndNoOther(string language) =>
        Assert.Equal(Keys.Select(key => key.Name).Order(StringComparer.Ordinal), Texts.Load(language).All.Keys.Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Languages))]
    public void EveryText_HasItsPlaceholdersAndNoOther(string language)
    {
        Texts texts = Texts.Load(language);
        foreach (TextKey key in Keys)
        {
            string text = texts.All[key.Name];
            Assert.NotEqual("", text.Trim());
            Assert.Equal(key.Placeholders.Order(StringComparer.Ordinal), Placeholder().Matches(text).Select(match => match.Groups[1].Value).Distinct().Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public void ValueThatLooksLikeAPlaceholder_StaysAsItIs() =>
        Assert.Equal("{running} runs version 1.0.0.", Texts.Load("en")[TextKey.DoneBody, "{running}", "1.0.0"]);

    [Fact]
    public void WrongNumberOfValues_IsOurFault() =>
        Assert.Throws<InvalidOperationException>(() => Texts.Load("en")[TextKey.DoneBody, "one"]);

    [GeneratedRegex(@"\{([^}]*)\}")]
    private static partial Regex Placeholder();
}
