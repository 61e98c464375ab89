using System.Collections.Immutable;
using System.Reflection;
using System.Text.RegularExpressions;
using Gatekeeper.Kiosk.Strings;
using Gatekeeper.Release;
using Gatekeeper.Update.Status;

namespace Gatekeeper.Kiosk.Tests;

public partial class TextsTests
{
    // Each key and its placeholders: of the kiosk's own texts, and of the words of every code.
    private static readonly ImmutableSortedDictionary<string, string> Keys = Own().Select(key => KeyValuePair.Create(key.Name, Sorted(key.Placeholders)))
        .Concat(Catalogue().Select(text => KeyValuePair.Create(text.Key, Placeholders(text.Value))))
        .ToImmutableSortedDictionary(StringComparer.Ordinal);

    public static TheoryData<string> Languages => [.. StatusLanguage.All];

    [Fact]
    public void EveryLanguageOfThePolicy_HasItsFile_AndNoOtherFileIsThere() => Assert.Equal(
        StatusLanguage.All,
        typeof(Texts).Assembly.GetManifestResourceNames().Where(name => name.EndsWith(".json", StringComparison.Ordinal)).Select(name => name[..^5]).Order(StringComparer.Ordinal));

    [Fact]
    public void English_SaysWhatTheCataloguesSay() => Assert.Equal(
        Catalogue().Select(text => $"{text.Key}: {text.Value}"),
        Catalogue().Select(text => $"{text.Key}: {Texts.Load("en").All.GetValueOrDefault(text.Key)}"));

    [Theory]
    [MemberData(nameof(Languages))]
    public void Language_HasEveryTextAndNoOther(string language) =>
        Assert.Equal(Keys.Keys, Texts.Load(language).All.Keys.Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Languages))]
    public void EveryText_HasItsPlaceholdersAndNoOther(string language)
    {
        foreach ((string key, string text) in Texts.Load(language).All)
        {
            Assert.NotEqual("", text.Trim());
            Assert.True(Keys[key] == Placeholders(text), $"{language} {key}: {text}");
        }
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public void EveryText_IsTranslated(string language)
    {
        // Words that two languages share, and signs.
        string[] same = ["header.version", "size.megabytes", "percent", "code"];
        IReadOnlyDictionary<string, string> english = Texts.Load("en").All;
        IEnumerable<string> untranslated = Texts.Load(language).All.Where(text => language != "en" && text.Value == english[text.Key]).Select(text => text.Key);
        Assert.Empty(untranslated.Except(same));
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public void NoText_HoldsWhatWouldTurnThePage(string language) =>
        Assert.DoesNotContain(Texts.Load(language).All.Values, text => text.Any(c => char.IsControl(c) || c is (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069')));

    [Theory]
    [InlineData("de", "de", "")]
    [InlineData("zh-Hans", "zh-Hans", "")]
    [InlineData("tlh", "en", "gatekeeper-kiosk: no texts for language tlh, shown in en\n")]
    [InlineData("DE", "en", "gatekeeper-kiosk: no texts for language DE, shown in en\n")]
    [InlineData(null, "en", "gatekeeper-kiosk: the service names no language, shown in en\n")]
    public void Load_UnknownOrMissing_IsEnglishAndSaysSo(string? asked, string loaded, string said)
    {
        using StringWriter log = new() { NewLine = "\n" };
        Assert.Equal((loaded, said), (Texts.Load(asked, log).Locale.Language, log.ToString()));
    }

    [Fact]
    public void ValueThatLooksLikeAPlaceholder_StaysAsItIs() =>
        Assert.Equal("{running} runs version 1.0.0.", Texts.Load("en")[TextKey.DoneBody, "{running}", "1.0.0"]);

    [Fact]
    public void WrongNumberOfValues_IsOurFault() =>
        Assert.Throws<InvalidOperationException>(() => Texts.Load("en")[TextKey.DoneBody, "one"]);

    [Theory]
    [InlineData("en", "This update is for PM300. This device is unknown.", "Use the file for unknown.")]
    [InlineData("de", "Dieses Update ist für PM300. Dieses Gerät ist unbekannt.", "Verwenden Sie die Datei für unbekannt.")]
    public void Notice_IsSaidInThisLanguageWithItsFacts(string language, string sentence, string nextStep)
    {
        StatusNotice notice = new("R-01", "From the service.", "Next.") { Facts = new StatusFacts { ReleaseProduct = "PM300" } };
        Assert.True(Texts.Load(language).TryNotice(notice, out string? said, out string? next));
        Assert.Equal((sentence, nextStep), (said, next));
    }

    [Fact]
    public void Notice_OfANewerService_HasNoWordsHere() => Assert.False(Texts.Load("de").TryNotice(new StatusNotice("R-99", "New.", "Next."), out _, out _));

    private static IEnumerable<TextKey> Own() => typeof(TextKey)
        .GetFields(BindingFlags.Static | BindingFlags.NonPublic)
        .Where(field => field.FieldType == typeof(TextKey))
        .Select(field => (TextKey)field.GetValue(null)!);

    private static IEnumerable<KeyValuePair<string, string>> Catalogue() => Enum.GetValues<Refusal>().Select(RefusalCatalogue.Of).Select(text => (text.Code, text.Sentence, text.NextStep))
        .Concat(Enum.GetValues<Taken>().Select(TakenCatalogue.Of).Select(text => (text.Code, text.Sentence, text.NextStep)))
        .SelectMany(text => new[] { KeyValuePair.Create($"{text.Code}.sentence", text.Sentence), KeyValuePair.Create($"{text.Code}.next_step", text.NextStep) });

    private static string Placeholders(string text) => Sorted(Placeholder().Matches(text).Select(match => match.Groups[1].Value).Distinct());

    private static string Sorted(IEnumerable<string> names) => string.Join(' ', names.Order(StringComparer.Ordinal));

    [GeneratedRegex(@"\{([^}]*)\}")]
    private static partial Regex Placeholder();
}
