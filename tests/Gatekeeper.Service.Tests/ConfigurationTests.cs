using System.Text;
using System.Text.Json;
using Gatekeeper.Update.Status;

namespace Gatekeeper.Service.Tests;

public sealed class ConfigurationTests
{
    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private const string GoodPolicy = """{"format":1,"lease":{"uid":904},"kiosk":{"uid":903}}""";
    private const string GoodDevice = """{"format":1,"id":"0001","model":"PM200","hardware_revision":"C"}""";

    [Fact]
    public void Policy_LeftOut_HasTheStrictOrReportingDefaults()
    {
        Policy policy = Policy.Parse(Utf8(GoodPolicy));
        Assert.Equal("report", policy.Expiry);
        Assert.Empty(policy.Rules);
        Assert.Equal(60, policy.Health.DeadlineSeconds);
        Assert.Equal(904, policy.Lease.Uid);
        Assert.Equal("en", policy.Language);
    }

    [Theory]
    [InlineData("""{"format":2,"lease":{"uid":904},"kiosk":{"uid":903}}""", "format is not 1")]
    [InlineData("""{"format":1,"expiry":"ignore","lease":{"uid":904},"kiosk":{"uid":903}}""", "expiry")]
    [InlineData("""{"format":1,"lease":{"uid":0},"kiosk":{"uid":903}}""", "lease.uid")]
    [InlineData("""{"format":1,"kiosk":{"uid":903}}""", "lease.uid")]
    [InlineData("""{"format":1,"lease":{"uid":904},"kiosk":{"uid":903},"debug":true}""", "debug")]
    [InlineData("""{"format":1,"format":1,"lease":{"uid":904},"kiosk":{"uid":903}}""", "format")]
    [InlineData("""{"format":1,"health":{"deadline_seconds":0},"lease":{"uid":904},"kiosk":{"uid":903}}""", "deadline_seconds")]
    [InlineData("""{"format":1,"rules":null,"lease":{"uid":904},"kiosk":{"uid":903}}""", "rules")]
    [InlineData("""{"format":1,"lease":{"uid":904},"kiosk":{"uid":903},"service_mode":{"minutes":0}}""", "minutes")]
    [InlineData("""{"format":1,"lease":{"uid":904},"kiosk":{"uid":903},"service_mode":{"keys":null}}""", "keys")]
    [InlineData("""{"format":1,"lease":{"uid":904},"kiosk":{"uid":903},"service_mode":{"keys":[{"device":"usb-0000:00:02.0-1/input0","code":88}]}}""", "device")]
    [InlineData("""{"format":1,"lease":{"uid":904},"kiosk":{"uid":903},"service_mode":{"keys":[{"device":"LNXPWRBN/button/input0","code":0}]}}""", "code")]
    [InlineData("""{"format":1,"lease":{"uid":904},"kiosk":{"uid":903},"service_mode":{"keys":[{"device":"LNXPWRBN/button/input0","code":116,"hold_ms":20000}]}}""", "hold_ms")]
    [InlineData("""{"format":1,"language":"tlh","lease":{"uid":904},"kiosk":{"uid":903}}""", "language is none of ar, de,")]
    [InlineData("""{"format":1,"language":"DE","lease":{"uid":904},"kiosk":{"uid":903}}""", "language")]
    [InlineData("""{"format":1,"language":null,"lease":{"uid":904},"kiosk":{"uid":903}}""", "language")]
    [InlineData("""{"format":1,"lease":{"uid":904},"kiosk":{"uid":903},"confirm":{"kind":"face"}}""", "confirm.kind")]
    [InlineData("""{"format":1,"lease":{"uid":904},"kiosk":{"uid":903},"confirm":{"kind":"pin","seconds":9}}""", "confirm.seconds")]
    [InlineData("""{"format":1,"lease":{"uid":904},"kiosk":{"uid":903},"confirm":{"kind":"button","keys":null}}""", "keys")]
    [InlineData("""{"format":1,"lease":{"uid":904},"kiosk":{"uid":903},"confirm":{"kind":"button","keys":[{"device":"usb-0000:00:02.0-1/input0"}]}}""", "confirm.keys: a device")]
    [InlineData("""{"format":1,"lease":{"uid":904},"kiosk":{"uid":903},"confirm":{"kind":"button","keys":[{"device":"isa0060/serio0/input0","code":768}]}}""", "code")]
    [InlineData("""{"format":1,"lease":{"uid":904},"kiosk":{"uid":903},"confirm":{"kind":"pin","keys":[{"device":"isa0060/serio0/input0","code":28}]}}""", "has no code")]
    [InlineData("""{"format":1,"lease":{"uid":904},"kiosk":{"uid":903},"confirm":{"kind":"button"},"service_mode":{"keys":[{"device":"isa0060/serio0/input0","code":28}]}}""", "a key of service mode")]
    [InlineData("""{"format":1,"lease":{"uid":904},"kiosk":{"uid":903},"confirm":{"kind":"pin"},"service_mode":{"keys":[{"device":"isa0060/serio0/input0","code":79}]}}""", "a key of service mode")]
    [InlineData("""{"format":1,"lease":{"uid":904},"kiosk":{"uid":903},"indicator":{"led":"../../../etc"}}""", "indicator.led")]
    [InlineData("""{"format":1,"lease":{"uid":904},"kiosk":{"uid":903},"indicator":{"led":".."}}""", "indicator.led")]
    [InlineData("""{"format":1,"lease":{"uid":904},"kiosk":{"uid":903},"indicator":{"led":""}}""", "indicator.led")]
    [InlineData("""{"format":1,"lease":{"uid":904},"kiosk":{"uid":903},"indicator":{"beeper":"a b"}}""", "indicator.beeper")]
    [InlineData("""{"format":1,"lease":{"uid":904},"kiosk":{"uid":903},"indicator":{"lamp":"x"}}""", "lamp")]
    [InlineData("null", "null")]
    [InlineData("", "policy.json")]
    public void Policy_WithAMistake_IsRefusedAndNamesIt(string json, string named)
    {
        var e = Assert.Throws<ConfigurationException>(() => Policy.Parse(Utf8(json)));
        Assert.Contains(named, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Policy_Confirm_NobodyIsAskedUnlessItSaysSo_AndEnterIsTheKeyThatIsLeftOut()
    {
        Assert.False(Policy.Parse(Utf8(GoodPolicy)).Confirm.IsWanted);
        Policy button = Policy.Parse(Utf8(GoodPolicy.Replace("\"format\":1", "\"format\":1,\"confirm\":{\"kind\":\"button\"}", StringComparison.Ordinal)));
        Assert.Equal((true, false), (button.Confirm.IsWanted, button.Confirm.ByPin));
        Assert.Equal(120, button.Confirm.Seconds);
        Assert.True(Assert.Single(button.Confirm.Used()) is { Device: "isa0060/serio0/input0" } key && key.Means(28, pin: false) && !key.Means(57, pin: false));

        // The reference image's own keys of service mode leave the keypad free.
        Policy pin = Policy.Parse(Utf8("""{"format":1,"lease":{"uid":904},"kiosk":{"uid":903},"confirm":{"kind":"pin"},"service_mode":{"keys":[{"device":"isa0060/serio0/input0","code":88}]}}"""));
        Assert.Equal((true, true), (pin.Confirm.IsWanted, pin.Confirm.ByPin));
    }

    [Fact]
    public void EveryLanguageOfTheKiosk_IsTakenFromPolicyAndDevice_AndInTheSchemas()
    {
        Assert.All(StatusLanguage.All, language => Assert.Equal(language, DeviceFile.Parse(Utf8(GoodDevice.Replace("\"format\":1", $"\"format\":1,\"language\":\"{language}\"", StringComparison.Ordinal))).Language));
        using JsonDocument device = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "schemas", "device.schema.json")));
        Assert.Equal([null, .. StatusLanguage.All], device.RootElement.GetProperty("properties").GetProperty("language").GetProperty("enum").EnumerateArray().Select(tag => tag.GetString()));
        Assert.All(StatusLanguage.All, language => Assert.Equal(language, Policy.Parse(Utf8(GoodPolicy.Replace("\"format\":1", $"\"format\":1,\"language\":\"{language}\"", StringComparison.Ordinal))).Language));
        using JsonDocument schema = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "schemas", "policy.schema.json")));
        Assert.Equal(StatusLanguage.All, schema.RootElement.GetProperty("properties").GetProperty("language").GetProperty("enum").EnumerateArray().Select(tag => tag.GetString()!));
    }

    [Fact]
    public void Device_HardwareId_JoinsModelAndRevision() => Assert.Equal("PM200-C", DeviceFile.Parse(Utf8(GoodDevice)).HardwareId);

    [Theory]
    [InlineData("""{"format":1,"id":"","model":"PM200","hardware_revision":"C"}""", "id")]
    [InlineData("""{"format":1,"id":"a b","model":"PM200","hardware_revision":"C"}""", "id")]
    [InlineData("""{"format":1,"id":"1","model":"PM200","hardware_revision":"ABCDEFGHIJKLMNOPQ"}""", "hardware_revision")]
    [InlineData("""{"format":1,"id":"1","model":"PM200","hardware_revision":"C","site_root":[]}""", "site_root")]
    [InlineData("""{"format":1,"id":"1","model":"PM200","hardware_revision":"C","language":"xx"}""", "language")]
    [InlineData("""{"format":1,"id":"1","model":"PM200"}""", "hardware_revision")]
    [InlineData("""{"format":1,"id":"1","model":"PM200","hardware_revision":"C","nickname":"x"}""", "nickname")]
    public void Device_WithAMistake_IsRefusedAndNamesIt(string json, string named)
    {
        var e = Assert.Throws<ConfigurationException>(() => DeviceFile.Parse(Utf8(json)));
        Assert.Contains(named, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("policy.schema.json", typeof(Policy))]
    [InlineData("device.schema.json", typeof(DeviceFile))]
    public void Schema_NamesTheSameMembersAsTheReader(string file, Type type)
    {
        using JsonDocument schema = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "schemas", file)));
        Assert.False(schema.RootElement.GetProperty("additionalProperties").GetBoolean());
        AssertSameMembers(schema.RootElement, type);
    }

    private static void AssertSameMembers(JsonElement schema, Type type)
    {
        var declared = type.GetProperties().ToDictionary(p => JsonNamingPolicy.SnakeCaseLower.ConvertName(p.Name), p => p.PropertyType);
        Assert.Equal(declared.Keys.Order(), schema.GetProperty("properties").EnumerateObject().Select(p => p.Name).Order());
        foreach (JsonProperty property in schema.GetProperty("properties").EnumerateObject().Where(p => p.Value.TryGetProperty("properties", out _)))
        {
            Assert.False(property.Value.GetProperty("additionalProperties").GetBoolean());
            AssertSameMembers(property.Value, declared[property.Name]);
        }
    }
}
