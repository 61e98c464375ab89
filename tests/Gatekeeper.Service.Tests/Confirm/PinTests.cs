using System.Text;
using Gatekeeper.Linux.Input;
using Gatekeeper.Release;
using Gatekeeper.Update.Control;
using Gatekeeper.Update.Status;

namespace Gatekeeper.Service.Tests.Confirm;

/// <summary>The answer by a PIN.</summary>
public sealed class PinTests : IDisposable
{
    private readonly ConfirmBench bench = new("pin");

    public PinTests() => bench.People.Add("Ada Lovelace", ConfirmBench.Pin);

    public void Dispose() => bench.Dispose();

    [Fact]
    public void I13_RightPin_NamesThePersonOnRecord_AndSetsTheCountBack()
    {
        Assert.True(bench.Type("111222").Type(ConfirmBench.Pin).Ask());
        Assert.Equal(["wrong-pin 1 since the last right one", $"confirmed by person Ada Lovelace, version 2.0.0, digest {bench.Found.Digest}"], bench.Log[^2..]);
        Assert.Equal((bench.Found.Digest, 0), (bench.AfterPowerCut().Confirmed, bench.AfterPowerCut().People!.Wrong));
    }

    [Fact]
    public void NobodyEnrolled_IsARefusalAndNothingIsAsked()
    {
        bench.People.Remove("Ada Lovelace");
        Assert.Equal(Refusal.NobodyEnrolled, bench.Refuses());
        Assert.Empty(bench.Opened);
        Assert.DoesNotContain(bench.Log, line => line.StartsWith("asked", StringComparison.Ordinal));
    }

    [Fact]
    public void NumericKeypad_Backspace_AndEnterOfTheKeypad_Count()
    {
        bench.Press(KeyCode.Keypad7, KeyCode.Keypad1 + 2, KeyCode.Keypad7 + 2, KeyCode.Keypad0, KeyCode.Backspace)
            .Press(KeyCode.Keypad4 + 1, KeyCode.Keypad1, KeyCode.Keypad7 + 1).Press(KeyCode.KeypadEnter);
        Assert.True(bench.Ask());
        Assert.Equal([0, 3, 6], bench.Told.Select(s => s.Ask!.Digits));
    }

    [Fact]
    public void EnterBeforeTheShortestPin_IsNoTry()
    {
        Assert.True(bench.Type("73951").Press(ConfirmBench.MainRow('8'), KeyCode.Enter).Ask());
        Assert.DoesNotContain(bench.Log, line => line.StartsWith("wrong-pin", StringComparison.Ordinal));
    }

    [Fact]
    public void Escape_ClearsTheDigits_AndSaysNoWithoutAny()
    {
        bench.Press(ConfirmBench.MainRow('1'), KeyCode.Escape).Then(() => Assert.Equal(0, bench.Status.Ask!.Digits)).Press(KeyCode.Escape);
        Assert.Equal(Refusal.NotConfirmed, bench.Refuses());
        Assert.Null(bench.AfterPowerCut().Confirmed);
    }

    [Fact]
    public void ThreeWrong_MakeAWait_InWhichNothingCounts_AndARestartBeginsItAnew()
    {
        bench.Type("111222").Type("111222").Type("111222");
        StatusAsk? atWait = null;
        bench.Then(() => atWait = bench.Status.Ask).Type(ConfirmBench.Pin).Then(() => bench.NowMs += 20_000).Then(bench.Gone.Cancel);
        Assert.False(bench.Ask());
        Assert.Equal(30, atWait!.WaitSeconds);
        Assert.Equal(3, bench.Log.Count(line => line.StartsWith("wrong-pin", StringComparison.Ordinal)));
        Assert.InRange(bench.People.SecondsToWait, 1, 10);

        bench.Restart();
        Assert.Equal((30, 1), (bench.People.SecondsToWait, bench.People.TriesLeft));
        bench.NowMs += 30_000;
        Assert.Equal(0, bench.People.SecondsToWait);
    }

    [Fact]
    public void FourthWrongPin_DoublesTheWait_AndTheRightOneEndsIt()
    {
        for (int i = 0; i < 4; i++)
        {
            bench.NowMs += 1000 * bench.People.SecondsToWait;
            Assert.Null(bench.People.Check("111222"u8, ConfirmBench.Port));
        }

        Assert.Equal(60, bench.People.SecondsToWait);
        Assert.Throws<InvalidOperationException>(() => bench.People.Check("739518"u8, ConfirmBench.Port));
        bench.NowMs += 60_000;
        Assert.True(bench.Type(ConfirmBench.Pin).Ask());
        Assert.Equal((0, 3), (bench.AfterPowerCut().People!.Wrong, bench.People.TriesLeft));
    }

    /// <summary>The wait does not eat up the question: a person who waits may still type.</summary>
    [Fact]
    public void Wait_IsNotTakenFromTheTimeOfTheQuestion()
    {
        bench.Type("111222").Type("111222").Type("111222");
        for (int i = 0; i < 31; i++)
        {
            bench.Then(() => bench.NowMs += 1000);
        }

        Assert.True(bench.Type(ConfirmBench.Pin).Ask());
    }

    [Fact]
    public void TryIsCountedOnTheState_BeforeItIsLookedAt()
    {
        bench.State.Fails = true;
        Assert.Equal(Refusal.State, Assert.Throws<RefusedException>(() => bench.People.Check("739518"u8, ConfirmBench.Port)).Code);
        bench.State.Fails = false;
        bench.Restart();
        Assert.Null(bench.People.Check("111222"u8, ConfirmBench.Port));
        Assert.Equal(1, bench.AfterPowerCut().People!.Wrong);
        Assert.Equal("Ada Lovelace", bench.People.Check("739518"u8, ConfirmBench.Port));
        Assert.Equal(2, bench.AfterPowerCut().People!.Wrong); // set back together with the answer that is kept, not before
    }

    [Fact]
    public void KeysBehindEnter_AreNoPartOfTheNextPin()
    {
        bench.Press([.. "111222".Select(ConfirmBench.MainRow), KeyCode.Enter, .. "7395".Select(ConfirmBench.MainRow)])
            .Then(() => Assert.Equal((0, true, 2), (bench.Status.Ask!.Digits, bench.Status.Ask.Wrong, bench.Status.Ask.TriesLeft)))
            .Type(ConfirmBench.Pin);
        Assert.True(bench.Ask());
        Assert.Equal(2, bench.Opened.Count);
    }

    [Fact]
    public void Pin_IsInNoStatusNoRecordAndNoText()
    {
        bench.Press([.. "73951".Select(ConfirmBench.MainRow)]).Press(ConfirmBench.MainRow('8'), KeyCode.Enter);
        Assert.True(bench.Ask());
        Assert.All(bench.Told, status => Assert.DoesNotContain("7395", Encoding.UTF8.GetString(StatusProtocol.Write(status)), StringComparison.Ordinal));
        byte[] everything = new byte[bench.State.Length];
        bench.State.ReadAt(0, everything);
        Assert.Equal(-1, everything.AsSpan().IndexOf(Encoding.ASCII.GetBytes(ConfirmBench.Pin)));
        var request = new ControlRequest { Format = 1, Command = ControlCommands.PersonAdd, Name = "Ada", Pin = ConfirmBench.Pin };
        Assert.DoesNotContain(ConfirmBench.Pin, request.ToString(), StringComparison.Ordinal);
    }
}
