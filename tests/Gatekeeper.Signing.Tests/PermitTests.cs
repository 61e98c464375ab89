using Gatekeeper.Release;
using Gatekeeper.Release.Permits;

namespace Gatekeeper.Signing.Tests;

/// <summary>What <c>permit</c> makes, read by the device's own reader.</summary>
[Collection(CommandLineTests.Name)]
public sealed class PermitTests : IDisposable
{
    private const string Line = "downgrade SN-0001 0123-4567-89AB-CDEF-GHJK";
    private readonly Workshop _shop = new();

    public void Dispose() => _shop.Dispose();

    [Fact]
    public void WhatIsAllowed_IsSaidBeforeAPassphraseIsAsked()
    {
        MakeRoot("carol.pub.json:1");
        Outcome outcome = _shop.Run($"permit new --root-dir roots --challenge {Line} --product PM200 --digest {Digest} --key carol.pem --out a.gkp", passphrase: null, ask: _ => null);
        Assert.Equal(ExitCode.Passphrase, outcome.Code);
        Assert.StartsWith($"this permit lets device SN-0001 (PM200) install the release with digest {Digest}, once", outcome.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(_shop.At("a.gkp")));
    }

    [Fact]
    public void TheSignersOrder_DoesNotMatter_AndADeviceTakesIt()
    {
        MakeRoot("alice.pub.json,bob.pub.json,carol.pub.json:2");
        Downgrade("a.gkp", "alice.pem");
        _shop.Do("permit sign a.gkp --root-dir roots --key carol.pem");
        Downgrade("b.gkp", "carol.pem");
        Assert.Equal(Refusal.SignatureMissing, Assert.Throws<RefusedException>(() => Verify("b.gkp")).Code);
        _shop.Do("permit sign b.gkp --root-dir roots --key alice.pem");
        Assert.Equal(File.ReadAllBytes(_shop.At("a.gkp")), File.ReadAllBytes(_shop.At("b.gkp")));

        Assert.True(Challenge.TryParse(Line, out Challenge? open));
        Permit permit = Verify("a.gkp");
        permit.Judge(new PermitSituation("PM200", "SN-0001", open, NeverProvisioned: false));
        Assert.Equal((PermitAction.Downgrade, Digest), (permit.Action, permit.Digest));
    }

    [Fact]
    public void TheReleaseFile_GivesProductAndDigest()
    {
        MakeRoot("carol.pub.json:1");
        _shop.Build("old.gku");
        _shop.Do($"permit new --root-dir roots --challenge {Line} --release old.gku --key carol.pem --out a.gkp");
        Permit permit = Verify("a.gkp");
        Assert.Equal("PM200", permit.Product);
        Assert.Contains(permit.Digest!, _shop.Do("inspect old.gku").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Peripheral_IsNamedByDigestAndPort()
    {
        MakeRoot("carol.pub.json:1");
        const string ask = "permit new --root-dir roots --challenge peripheral SN-0001 0123-4567-89AB-CDEF-GHJK --product PM200 --key carol.pem";
        Outcome made = _shop.Do($"{ask} --digest {Digest} --port 1-2 --out a.gkp");
        Assert.Contains($"allows the accessory with digest {Digest} at port 1-2 of device SN-0001 (PM200), until it is forgotten there", made.Output, StringComparison.Ordinal);
        Assert.Equal(new PermittedPeripheral(Digest, "1-2"), Verify("a.gkp").Peripheral);
        Assert.Equal(ExitCode.Usage, _shop.Run($"{ask} --digest {Digest} --out b.gkp").Code);
        Assert.Equal(ExitCode.Usage, _shop.Run($"{ask} --port 1-2 --out b.gkp").Code);
        Assert.Equal(ExitCode.Input, _shop.Run($"{ask} --digest {Digest} --port 1/2 --out b.gkp").Code);
        Assert.Equal(ExitCode.Usage, _shop.Run($"permit new --root-dir roots --challenge {Line} --product PM200 --digest {Digest} --port 1-2 --key carol.pem --out b.gkp").Code);
    }

    [Fact]
    public void DeviceJson_InAnyForm_BecomesTheSameFacts()
    {
        MakeRoot("carol.pub.json:1");
        _shop.Do("site init --out anna --name 'St. Anna' --keys alice.pub.json:1 --sign alice.pem");
        string site = File.ReadAllText(_shop.At("anna/1.site.gka"));
        File.WriteAllText(_shop.At("one.json"), "{\r\n  \"site_root\": null, \"keys\": [ {\"z\": \"\\u00e4\\n\", \"a\": [1, true, null]} ],\n \"format\": 1, \"id\": \"SN-0001\", \"model\": \"PM200\", \"hardware_revision\": \"C\"}");
        File.WriteAllText(_shop.At("two.json"), $"{{\"format\":1,\"id\":\"SN-0001\",\"model\":\"PM200\",\"hardware_revision\":\"C\",\"keys\":[{{\"a\":[1,true,null],\"z\":\"\u00e4\\n\"}}],\"site_root\":{site}}}");
        _shop.Do("permit new --root-dir roots --action provision --product PM200 --device one.json --site-root anna/1.site.gka --key carol.pem --out one.gkp");
        _shop.Do("permit new --root-dir roots --action provision --product PM200 --device two.json --key carol.pem --out two.gkp");
        Assert.Equal(File.ReadAllBytes(_shop.At("one.gkp")), File.ReadAllBytes(_shop.At("two.gkp")));

        PermitDevice device = Verify("one.gkp").Device!;
        Assert.Equal(("SN-0001", "PM200", "C"), (device.Id, device.Model, device.HardwareRevision));
        Assert.Equal(File.ReadAllBytes(_shop.At("anna/1.site.gka")), device.SiteRoot!.Value);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("""{"format":2,"id":"A","model":"M","hardware_revision":"C"}""")]
    [InlineData("""{"format":1,"id":"A","model":"M","hardware_revision":"C","serial":1}""")]
    [InlineData("""{"format":1,"id":"A","model":"M"}""")]
    [InlineData("""{"format":1,"id":"A","id":"B","model":"M","hardware_revision":"C"}""")]
    [InlineData("""{"format":1,"id":"A","model":"M","hardware_revision":"C","keys":[1]}""")]
    [InlineData("""{"format":1,"id":"A","model":"M","hardware_revision":"C","keys":[{"n":1.5}]}""")]
    [InlineData("""{"format":1,"id":"A","model":"M","hardware_revision":"C","keys":[{"t":"\u0007"}]}""")]
    [InlineData("""{"format":1,"id":"A","model":"M","hardware_revision":"C","keys":[{"t":"\ud800"}]}""")]
    [InlineData("""{"format":1,"id":"A","model":"M","hardware_revision":"C","keys":[{"n":9007199254740992}]}""")]
    [InlineData("""{"format":1,"id":"A","model":"M","hardware_revision":"C","site_root":{}}""")]
    public void DeviceJson_ThatIsNone_MakesNoPermit(string json)
    {
        MakeRoot("carol.pub.json:1");
        File.WriteAllText(_shop.At("device.json"), json);
        Outcome outcome = _shop.Run("permit new --root-dir roots --action provision --product PM200 --device device.json --key carol.pem --out a.gkp");
        Assert.True(outcome.Code == ExitCode.Input, outcome.Errors);
        Assert.False(File.Exists(_shop.At("a.gkp")));
    }

    [Fact]
    public void APermitThatWasChanged_IsNotSignedOn()
    {
        MakeRoot("alice.pub.json,bob.pub.json:2");
        Downgrade("a.gkp", "alice.pem");
        string text = File.ReadAllText(_shop.At("a.gkp"));
        File.WriteAllText(_shop.At("a.gkp"), text.Replace(Digest, new string('6', 64), StringComparison.Ordinal));
        Outcome outcome = _shop.Run("permit sign a.gkp --root-dir roots --key bob.pem");
        Assert.Equal(ExitCode.Signatures, outcome.Code);
        File.WriteAllText(_shop.At("a.gkp"), text.Replace("\"action\"", "\"Action\"", StringComparison.Ordinal));
        Assert.Equal(ExitCode.Input, _shop.Run("permit sign a.gkp --root-dir roots --key bob.pem").Code);
    }

    private static string Digest => new('5', 64);

    private void MakeRoot(string permitRole) =>
        _shop.Do($"root new --out roots --expires 2046-01-01 --role root=alice.pub.json:1 targets=alice.pub.json:1 snapshot=builds.pub.json:1 timestamp=builds.pub.json:1 permit={permitRole} --sign alice.pem");

    private void Downgrade(string file, string key) => _shop.Do($"permit new --root-dir roots --challenge {Line} --product PM200 --digest {Digest} --key {key} --out {file}");

    private Permit Verify(string file) => Permit.Verify(File.ReadAllBytes(_shop.At(file)), Verifier.InitialTrust(File.ReadAllBytes(_shop.At("roots/1.root.json"))));
}
