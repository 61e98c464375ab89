using Gatekeeper.Linux.Input;
using Gatekeeper.Release;
using Gatekeeper.Service.Confirm;
using Gatekeeper.Update.Status;

namespace Gatekeeper.Service.Tests.Confirm;

/// <summary>The question, and the answer by a button.</summary>
public sealed class ButtonTests : IDisposable
{
    private readonly ConfirmBench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public void I13_Button_IsOnRecordAndKept_BeforeAnythingFollows()
    {
        Assert.True(bench.Press(KeyCode.Enter).Ask());
        Assert.Equal([$"asked version 2.0.0 for a button, digest {bench.Found.Digest}", $"confirmed by button, version 2.0.0, digest {bench.Found.Digest}"], bench.Log[^2..]);
        Assert.Equal(bench.Found.Digest, bench.AfterPowerCut().Confirmed);
    }

    [Fact]
    public void Keys_AreOpenedWhenTheQuestionIsOnTheScreen_NotBefore()
    {
        long before = bench.NowMs;
        long opened = 0;
        Assert.True(bench.Then(() => opened = bench.NowMs).Press(KeyCode.Enter).Ask());
        Assert.Equal(AskKind.Button, Assert.Single(bench.Opened)!.Kind);
        Assert.True(opened - before >= 1000, "the page has no time to be seen");
    }

    /// <summary>A kiosk that does not get the screen: the person who types on the device's keyboard answers nothing.</summary>
    [Fact]
    public void QuestionThatNobodySees_IsNotAnswered_AndEnds()
    {
        long now = 0;
        int opened = 0;
        using Question question = new(bench.Policy, bench.People, () => now, _ => { });
        Answer answer = question.Run(
            new AskSituation(() => false, () => false, () => throw new InvalidOperationException($"opened {++opened}"), (ms, _) => now += ms), ConfirmBench.Port, CancellationToken.None);
        Assert.Equal((Answer.Silence, 0), (answer, opened));
        Assert.Equal(60_000, now);
    }

    [Fact]
    public void ScreenThatGoesAndComesAgain_KeysBetweenDoNotCount()
    {
        long now = 0;
        List<long> opened = [];
        using Question question = new(bench.Policy, bench.People, () => now, _ => { });
        bool On() => now is < 2000 or >= 5000;
        question.Run(
            new AskSituation(() => false, On, () =>
            {
                opened.Add(now);
                return new Ticking(ms => now += ms);
            }, (ms, _) => now += ms), ConfirmBench.Port, CancellationToken.None);
        Assert.Equal([1000, 6000], opened);
    }

    [Fact]
    public void OtherKeys_OtherDevices_AndAKeyThatComesUp_AreNoAnswer()
    {
        bench.Press(57, KeyCode.Main1, KeyCode.Escape).PressRaw(new KeyPress("LNXPWRBN/button/input0", KeyCode.Enter, true), new KeyPress(ConfirmBench.Keyboard, KeyCode.Enter, false));
        Assert.Equal(Refusal.NotConfirmed, bench.Refuses());
        Assert.Null(bench.AfterPowerCut().Confirmed);
    }

    [Fact]
    public void Silence_EndsTheQuestionAfterItsTime()
    {
        long before = bench.NowMs;
        Assert.Equal(Refusal.NotConfirmed, bench.Refuses());
        Assert.InRange(bench.NowMs - before, 60_000, 62_000);
        Assert.Equal(60, bench.Told[0].Ask!.SecondsLeft);
        Assert.Equal(1, bench.Told[^1].Ask!.SecondsLeft);

        // The stick plugged again asks again.
        Assert.True(bench.Press(KeyCode.Enter).Ask());
    }

    [Fact]
    public void StickPulled_EndsTheQuestion_OnRecordAndWithoutAnEffect()
    {
        Assert.False(bench.Then(bench.Gone.Cancel).Press(KeyCode.Enter).Ask());
        Assert.Equal("not-confirmed version 2.0.0: the stick was pulled", bench.Log[^1]);
        Assert.Equal((StatusState.Idle, null), (bench.Status.State, bench.Status.Ask));
        Assert.Null(bench.AfterPowerCut().Confirmed);
    }

    [Fact]
    public void ServiceThatStops_IsNoAnswer()
    {
        Assert.ThrowsAny<OperationCanceledException>(() => bench.Then(bench.Stop).Press(KeyCode.Enter).Ask());
        Assert.Null(bench.AfterPowerCut().Confirmed);
    }

    [Fact]
    public void I13_LogThatFails_NothingIsConfirmed()
    {
        Assert.Equal(Refusal.AuditLog, bench.Then(() => bench.State.Fails = true).Press(KeyCode.Enter).Refuses());
        Assert.Null(bench.AfterPowerCut().Confirmed);
    }

    [Fact]
    public async Task I15_InUse_TheQuestionGoes_NoKeyCounts_AndItComesAgainWhenTheDeviceIsFree()
    {
        var told = new List<StatusMessage>();
        bench.Then(bench.TakeIntoUse).Press(KeyCode.Enter);
        Task<bool> asked = Task.Run(bench.Ask);
        await Task.Run(() => SpinWait.SpinUntil(() => bench.Status.State == StatusState.Waiting, TimeSpan.FromSeconds(20)));
        told.Add(bench.Status);
        bench.Free();
        Assert.True(await asked);
        Assert.Equal((true, null), (told[0].InUse, told[0].Ask));
        Assert.Equal(2, bench.Opened.Count);
        Assert.Equal(AskKind.Button, bench.Opened[1]!.Kind);
    }

    [Fact]
    public void Stage_GivesOnlyWhatAPersonConfirmed()
    {
        Assert.Equal(Refusal.NotConfirmed, Assert.Throws<RefusedException>(() => bench.Desk.RequireConfirmed(bench.Found)).Code);
        bench.Press(KeyCode.Enter).Ask();
        bench.Desk.RequireConfirmed(bench.Found);
        bench.Trust.Change(c => c with { Confirmed = new string('0', 64) });
        Assert.Equal(Refusal.NotConfirmed, Assert.Throws<RefusedException>(() => bench.Desk.RequireConfirmed(bench.Found)).Code);

        using ConfirmBench unasked = new("none");
        Assert.False(unasked.Desk.IsWanted);
        unasked.Desk.RequireConfirmed(unasked.Found);
    }

    private sealed class Ticking(Action<int> wait) : IKeySource
    {
        public IReadOnlyList<KeyPress> Wait(int milliseconds, out bool lost)
        {
            lost = false;
            wait(milliseconds);
            return [];
        }

        public void Dispose()
        {
        }
    }
}
