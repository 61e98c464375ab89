using Gatekeeper.Release;
using Gatekeeper.Service.Control;

namespace Gatekeeper.Service.Tests.Confirm;

/// <summary>Who has a PIN.</summary>
public sealed class PersonDeskTests : IDisposable
{
    private readonly ConfirmBench bench = new("pin");

    public void Dispose() => bench.Dispose();

    [Fact]
    public void I13_People_AreAddedAndRemoved_OnRecordByName()
    {
        bench.People.Add("Ada", ConfirmBench.Pin);
        bench.People.Add("Grace O'Hopper-2", "90817263");
        Assert.Equal(["Ada", "Grace O'Hopper-2"], bench.People.Names.ToArray());
        bench.People.Remove("ada");
        Assert.Equal(["Grace O'Hopper-2"], bench.AfterPowerCut().People!.List.Select(p => p.Name));
        Assert.Equal(["person-added Ada", "person-added Grace O'Hopper-2", "person-removed Ada"], bench.Log[^3..]);
    }

    [Theory]
    [InlineData("12345", "6 to 12 digits")]
    [InlineData("1234567890123", "6 to 12 digits")]
    [InlineData("73951a", "6 to 12 digits")]
    [InlineData("739 518", "6 to 12 digits")]
    [InlineData("٧٣٩٥١٨", "6 to 12 digits")]
    [InlineData("", "6 to 12 digits")]
    [InlineData("123456", "first that anybody tries")]
    public void PinThatIsNone_IsRefused_AndNotRepeated(string pin, string said)
    {
        RequestRefusedException refused = Assert.Throws<RequestRefusedException>(() => bench.People.Add("Ada", pin));
        Assert.Contains(said, refused.Message, StringComparison.Ordinal);
        Assert.True(pin.Length == 0 || !refused.Message.Contains(pin, StringComparison.Ordinal));
        Assert.Equal(0, bench.People.Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" Ada")]
    [InlineData("Ada ")]
    [InlineData("Ada\n")]
    [InlineData("Zoë")]
    [InlineData("a,b")]
    [InlineData("123456789012345678901234567890123")]
    public void NameThatIsNone_IsRefused(string name) => Assert.Throws<RequestRefusedException>(() => bench.People.Add(name, ConfirmBench.Pin));

    [Fact]
    public void PinOfSomebodyElse_IsRefused_AndOnRecord()
    {
        bench.People.Add("Ada", ConfirmBench.Pin);
        Assert.Equal("this PIN is taken", Assert.Throws<RequestRefusedException>(() => bench.People.Add("Grace", ConfirmBench.Pin)).Message);
        Assert.Equal("person-refused Grace: a PIN that is taken", bench.Log[^1]);
        Assert.Throws<RequestRefusedException>(() => bench.People.Add("ADA", "90817263"));
        Assert.Throws<RequestRefusedException>(() => bench.People.Remove("Grace"));
        Assert.Equal(["Ada"], bench.People.Names.ToArray());
    }

    [Fact]
    public void PeopleBeyondTheLimit_AreRefused()
    {
        for (int i = 0; i < Limits.MaxPeople; i++)
        {
            bench.People.Add($"P{i}", $"58{i:00}39");
        }

        Assert.Throws<RequestRefusedException>(() => bench.People.Add("Ada", ConfirmBench.Pin));
        Assert.Equal(Limits.MaxPeople, bench.People.Count);
    }

    [Fact]
    public void I13_LogThatFails_NobodyIsAdded()
    {
        bench.State.Fails = true;
        Assert.Equal(Refusal.AuditLog, Assert.Throws<RefusedException>(() => bench.People.Add("Ada", ConfirmBench.Pin)).Code);
        Assert.Equal(0, bench.People.Count);
    }
}
