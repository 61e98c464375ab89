using System.Text.Json;
using Gatekeeper.Release;
using Gatekeeper.Service.Indicator;
using Gatekeeper.Update.Status;

namespace Gatekeeper.Service.Tests.Indicator;

public sealed class IndicatorSignTests
{
    private static readonly StatusMessage Free = new() { State = StatusState.Idle, Product = "PM200", Running = "1.0.0" };

    public static TheoryData<StatusState> States => [.. Enum.GetValues<StatusState>()];

    /// <summary>INDICATOR.md is for people who read a lamp; what it says is what the code does.</summary>
    [Fact]
    public void Document_SaysWhatTheCodeDoes()
    {
        string[] rows = [.. File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "INDICATOR.md")).Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(1)];
        Assert.Equal(IndicatorSign.All.Select(Row), rows);
    }

    [Theory]
    [MemberData(nameof(States))]
    public void I15_InUse_IsDarkAndSilent(StatusState state) =>
        Assert.Equal(IndicatorSign.Dark, IndicatorSign.Of(Told(state) with { InUse = true, Ask = new StatusAsk(AskKind.Button, 0, 1, false, 0, 0) }));

    [Fact]
    public void I09_WhatIsToldInServiceModeOnly_IsDark()
    {
        foreach (Refusal refusal in Enum.GetValues<Refusal>())
        {
            RefusalText text = RefusalCatalogue.Of(refusal);
            IndicatorSign sign = IndicatorSign.Of(Free with { State = StatusState.Refused, ServiceMode = true, Message = new StatusNotice(text.Code, text.Sentence, text.NextStep) });
            bool silent = text.Class is RefusalClass.NotACandidate or RefusalClass.NoSignedMetadata;
            Assert.Equal(silent ? IndicatorSign.Dark : refusal == Refusal.InstalledAlready ? IndicatorSign.Done : IndicatorSign.Failed, sign);
        }
    }

    [Fact]
    public void Lamp_FollowsItsPatternAgainAndAgain_AndTheBeeperOnce()
    {
        Assert.Equal([true, true, false, false, true], new[] { 0L, 999, 1000, 1999, 2000 }.Select(IndicatorSign.Working.IsLit));
        Assert.Equal([true, false, true, false, false, true], new[] { 0L, 200, 400, 600, 1999, 2000 }.Select(IndicatorSign.Ask.IsLit));
        Assert.Equal([true, true], new[] { 0L, 1_000_000 }.Select(IndicatorSign.Done.IsLit));
        Assert.Equal([false, false], new[] { 0L, 1_000_000 }.Select(IndicatorSign.Dark.IsLit));
        Assert.Equal([true, false, true, false, false], new[] { 0L, 100, 250, 350, 2000 }.Select(IndicatorSign.Ask.Sounds));
    }

    private static StatusMessage Told(StatusState state) => Free with { State = state, Message = new StatusNotice("R-07", "x", "x") };

    private static string Row(IndicatorSign sign)
    {
        IEnumerable<string> states = Enum.GetValues<StatusState>().Where(state => IndicatorSign.Of(Told(state)) == sign).Select(state => $"`{JsonNamingPolicy.SnakeCaseLower.ConvertName(state.ToString())}`");
        if (sign == IndicatorSign.Ask)
        {
            states = ["`found` with `ask`"];
        }

        string lamp = sign.Lamp.Length switch { 0 => "dark", 1 => "steady", _ => $"{string.Join(", ", sign.Lamp.Select((ms, i) => $"{ms} {(i % 2 == 0 ? "on" : "off")}"))}, repeated" };
        string beeps = sign.Beeps.IsEmpty ? "silent" : $"{string.Join(", ", sign.Beeps.Select((ms, i) => $"{ms} {(i % 2 == 0 ? "tone" : "silence")}"))}, once";
        return $"| {sign.Name} | {string.Join(", ", states)} | {lamp} | {beeps} |";
    }
}
