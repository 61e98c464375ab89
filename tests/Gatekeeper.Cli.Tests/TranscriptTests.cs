using System.Collections.Immutable;
using Gatekeeper.Update.Control;

namespace Gatekeeper.Cli.Tests;

/// <summary>What was typed, what came out, which exit code.</summary>
public sealed class TranscriptTests : IDisposable
{
    private readonly StringWriter output = new();
    private readonly StringWriter errors = new();
    private readonly List<ControlRequest> asked = [];
    private readonly Queue<string?> typed = new();

    public void Dispose()
    {
        output.Dispose();
        errors.Dispose();
    }

    private int Run(string line, params ControlAnswer[] answers)
    {
        var queue = new Queue<ControlAnswer>(answers);
        return CommandTree.Build(output, errors, request =>
        {
            asked.Add(request);
            return queue.Dequeue();
        }, _ => typed.Dequeue()).Parse(line).Invoke();
    }

    private static DeviceReport Report() => new()
    {
        Product = "PM200",
        Running = "1.0.0",
        Set = "a",
        Trial = false,
        State = "copying",
        PhasePercent = 40,
        InUse = false,
        Lease = "never held",
        LeaseOverruled = true,
        Hardware = "PM200-C",
        DeviceId = "0001",
        Floor = "1.0.0",
        RootVersion = 3,
        Unprotected = ["boot entry UEFI Shell"],
        Trust = "good",
        Anchor = "not anchored",
    };

    [Fact]
    public void Status_InWords_NamesEveryFactThatAPersonNeeds()
    {
        Assert.Equal(ExitCodes.Good, Run("status", new ControlAnswer { Status = Report() }));
        Assert.Equal(
            """
            device       PM200-C, id 0001
            running      PM200 1.0.0, set a, kept
            floor        1.0.0, root 3
            now          copying 40 %
            in use       no, lease never held, overruled in service mode
            trust state  good, not anchored
            ports        UNPROTECTED
                         boot entry UEFI Shell

            """, output.ToString());
        Assert.Equal("", errors.ToString());
    }

    [Fact]
    public void Status_AsJson_IsOneObjectOnOneLine()
    {
        Assert.Equal(ExitCodes.Good, Run("status --json", new ControlAnswer { Status = Report() }));
        string line = output.ToString().TrimEnd('\n');
        Assert.DoesNotContain('\n', line);
        Assert.Contains("\"running\":\"1.0.0\"", line, StringComparison.Ordinal);
        Assert.Contains("\"in_use\":false", line, StringComparison.Ordinal);
    }

    [Fact]
    public void Slots_PrintsBothSets()
    {
        Run("slots", new ControlAnswer { Slots = [new SlotReport("a", "1.0.0", null, "kept", true, 0), new SlotReport("b", null, null, "unbootable", false, null)] });
        Assert.Equal("a  1.0.0       kept       boot order 0, running\nb  -           unbootable not in the boot order\nno fall-back: set b is unbootable\n", output.ToString());
    }

    [Theory]
    [InlineData(null, null, "fall-back 4.2.0, never checked since start")]
    [InlineData(true, 59L, "fall-back 4.2.0, checked less than a minute ago")]
    [InlineData(true, 119L, "fall-back 4.2.0, checked 1 minute ago")]
    [InlineData(true, 2 * 3600L, "fall-back 4.2.0, checked 2 hours ago")]
    [InlineData(true, (3 * 86400L) - 1, "fall-back 4.2.0, checked 2 days ago")]
    [InlineData(false, 3600L, "fall-back 4.2.0 is DAMAGED, found 1 hour ago: plug a stick with 4.3.0, the release that runs; it is written to set a")]
    public void Slots_SaysWhenTheFallBackWasChecked_AndWhatToDoWhenItIsDamaged(bool? whole, long? seconds, string line)
    {
        ControlAnswer answer = new()
        {
            Slots =
            [
                new SlotReport("a", "4.2.0", null, "kept", false, 1) { CheckedWhole = whole, CheckedSecondsAgo = seconds },
                new SlotReport("b", "4.3.0", null, "kept", true, 0),
            ],
        };
        Assert.Equal(ExitCodes.Good, Run("slots", answer));
        Assert.Equal(line, output.ToString().Split('\n')[2]);
        output.GetStringBuilder().Clear();
        Run("slots --json", answer);
        Assert.Equal(3, output.ToString().Split('\n').Length);
        Assert.Contains(whole is null ? "\"checked_whole\":null" : $"\"checked_seconds_ago\":{seconds}", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Slots_SetThatWasNeverKept_IsNoFallBack()
    {
        Run("slots", new ControlAnswer { Slots = [new SlotReport("a", "1.0.0", null, "kept", true, 0), new SlotReport("b", "2.0.0", null, "complete", false, null)] });
        Assert.EndsWith("no fall-back: set b holds 2.0.0, which was not kept\n", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Log_AsksPageAfterPageUntilThereIsNoMore()
    {
        var first = new LogLine(7, 1, 1500, 0, "refused", "U-25", "file system contradicts itself", "1-1", "boot sector 0");
        ImmutableArray<LogLine> none = [];
        Assert.Equal(ExitCodes.Good, Run("log --since 7", new ControlAnswer { Log = [first] }, new ControlAnswer { Log = none }));
        Assert.Equal([7L, 8L], asked.Select(r => r.Since!.Value));
        Assert.Equal("     7  boot 1  +1.500s  refused        U-25  1-1        file system contradicts itself (boot sector 0)\n", output.ToString());
    }

    [Fact]
    public void LogVerify_BrokenChain_IsExitCode4()
    {
        Assert.Equal(ExitCodes.Findings, Run("log verify", new ControlAnswer { LogVerdict = new LogVerdict(false, 1, 9, "ab", "record 4 does not follow from record 3") }));
        Assert.StartsWith("BROKEN: record 4 does not follow", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Confirm_Refused_SaysWhyAndWhatToDo()
    {
        Assert.Equal(ExitCodes.Refused, Run("confirm", new ControlAnswer { Error = "nothing is on trial", Hint = "see gatekeeper status" }));
        Assert.Equal("error: nothing is on trial\nhint: see gatekeeper status\n", errors.ToString());
        Assert.Equal("", output.ToString());
    }

    [Fact]
    public void Doctor_WithAFinding_IsExitCode4AndSaysHowToMendIt()
    {
        Assert.Equal(ExitCodes.Findings, Run("doctor", new ControlAnswer { Findings = [new Finding("ports", true, "protected", null), new Finding("boot order", false, "UEFI Shell stands first", "remove it")] }));
        Assert.Equal("good   ports: protected\nMEND   boot order: UEFI Shell stands first\n       remove it\n", output.ToString());
    }

    [Fact]
    public void Provision_FileMissing_AsksNothing()
    {
        Assert.Equal(ExitCodes.Usage, Run("provision --device not-there.json"));
        Assert.Empty(asked);
        Assert.StartsWith("error: not-there.json is not there", errors.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void UnknownCommand_IsExitCode1()
    {
        Assert.Equal(ExitCodes.Usage, Run("stauts"));
    }

    [Fact]
    public void PersonAdd_SendsNameAndPin_AndPrintsNeither()
    {
        typed.Enqueue("739518");
        Assert.Equal(ExitCodes.Good, Run("person add \"Ada Lovelace\"", new ControlAnswer { People = ["Ada Lovelace"] }));
        ControlRequest request = Assert.Single(asked);
        Assert.Equal((ControlCommands.PersonAdd, "Ada Lovelace", "739518"), (request.Command, request.Name, request.Pin));
        Assert.Equal("added\n", output.ToString());
        Assert.Equal("", errors.ToString());
    }

    [Fact]
    public void PersonAdd_WithoutAPin_AsksNothing()
    {
        typed.Enqueue(null);
        Assert.Equal(ExitCodes.Usage, Run("person add Ada"));
        Assert.Empty(asked);
        Assert.Equal("error: no PIN was given, or two that differ\nhint: type the same PIN twice\n", errors.ToString());
    }

    [Fact]
    public void PersonList_NamesOneALine()
    {
        Run("person list", new ControlAnswer { People = ["Ada", "Grace"] });
        Run("person list --json", new ControlAnswer { People = ["Ada"] });
        Assert.Equal("Ada\nGrace\n{\"name\":\"Ada\"}\n", output.ToString());
    }

    [Fact]
    public void Language_AsksOrSets_AndPrintsWhatItIsNow()
    {
        Run("language", new ControlAnswer { Language = "en" });
        Run("language zh-Hans --json", new ControlAnswer { Language = "zh-Hans" });
        Assert.Equal([(ControlCommands.Language, null), (ControlCommands.Language, "zh-Hans")], asked.Select(a => (a.Command, a.Language)));
        Assert.Equal("en\n{\"language\":\"zh-Hans\"}\n", output.ToString());
    }

    [Fact]
    public void PersonRemove_OutsideServiceMode_SaysWhatToDo()
    {
        Assert.Equal(ExitCodes.Refused, Run("person remove Ada", new ControlAnswer { Error = "a PIN is taken back in service mode only", Hint = "enter service mode with the device's own key, then ask again" }));
        Assert.Equal("Ada", Assert.Single(asked).Name);
        Assert.Equal("error: a PIN is taken back in service mode only\nhint: enter service mode with the device's own key, then ask again\n", errors.ToString());
    }
}
