using System.Text;
using Gatekeeper.Release;

namespace Gatekeeper.Update.Tests;

public sealed class PinsTests
{
    private static readonly PeopleRecord Quick = Pins.Nobody() with { Rounds = 1 };

    [Theory]
    [InlineData("739518")]
    [InlineData("739518402617")]
    [InlineData("000001")]
    [InlineData("112233")]
    [InlineData("12341234")]
    public void PinThatIsNotTheFirstThatAnybodyTries_IsTaken(string pin) => Assert.Null(Pins.Fault(Ascii(pin)));

    [Theory]
    [InlineData("000000")]
    [InlineData("777777777777")]
    [InlineData("123456")]
    [InlineData("654321")]
    [InlineData("890123")]
    [InlineData("024680")]
    [InlineData("121212")]
    [InlineData("123123")]
    [InlineData("739739739")]
    public void PinThatAnybodyTriesFirst_IsRefused(string pin) => Assert.NotNull(Pins.Fault(Ascii(pin)));

    [Theory]
    [InlineData("12345")]
    [InlineData("7395184026173")]
    [InlineData("73951a")]
    [InlineData("-39518")]
    [InlineData("")]
    public void PinOfAnotherShape_IsRefused(string pin) => Assert.NotNull(Pins.Fault(Ascii(pin)));

    [Fact]
    public void Find_NamesThePersonWhosePinItIs()
    {
        PeopleRecord people = Quick with { List = [Person("Ada", "739518"), Person("Grace", "90817263")] };
        Assert.Equal("Ada", Pins.Find(people, "739518"u8)?.Name);
        Assert.Equal("Grace", Pins.Find(people, "90817263"u8)?.Name);
        Assert.Null(Pins.Find(people, "739519"u8));
        Assert.Null(Pins.Find(people, "7395180"u8));
    }

    /// <summary>Two devices, the same PIN: what is read on one says nothing about the other.</summary>
    [Fact]
    public void Salt_IsEachDevicesOwn()
    {
        PeopleRecord other = Pins.Nobody() with { Rounds = 1 };
        Assert.NotEqual(Pins.Hash(Quick, "739518"u8), Pins.Hash(other, "739518"u8));
        Assert.Equal(Pins.Hash(Quick, "739518"u8), Pins.Hash(Quick, "739518"u8));
    }

    /// <summary>RFC 7914 §11 has PBKDF2-HMAC-SHA256 of other lengths; here the runtime's function and the record's parameters are compared.</summary>
    [Fact]
    public void Hash_DependsOnTheRounds() => Assert.NotEqual(Pins.Hash(Quick, "739518"u8), Pins.Hash(Quick with { Rounds = 2 }, "739518"u8));

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(Limits.MaxPinRounds + 1)]
    public void I05_RoundsThatWereNotWrittenHere_AreNotDone(int rounds) =>
        Assert.Equal(Refusal.State, Assert.Throws<RefusedException>(() => Pins.Find(Quick with { Rounds = rounds }, "739518"u8)).Code);

    [Fact]
    public void Wait_BeginsAfterThree_AndDoublesToAQuarterOfAnHour() =>
        Assert.Equal([0, 0, 0, 30, 60, 120, 240, 480, 900, 900, 900], new[] { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, int.MaxValue }.Select(Pins.WaitSeconds));

    private static PersonRecord Person(string name, string pin) => new(name, Pins.Hash(Quick, Ascii(pin)));

    private static byte[] Ascii(string pin) => Encoding.ASCII.GetBytes(pin);
}
