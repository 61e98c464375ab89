using System.Text;
using System.Text.Json;
using Gatekeeper.Release;
using Gatekeeper.Update.Status;

namespace Gatekeeper.Service.Tests.Status;

/// <summary>STATUS-PROTOCOL.md and the code say the same.</summary>
public sealed class ProtocolDocumentTests
{
    private static readonly string Text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "STATUS-PROTOCOL.md"));

    private static readonly ServiceLine[] FromService = [Full(StatusState.Refused), new LeaseAnswer(true), new ScreenWanted(), new ScreenYours(), new ScreenReturn()];

    private static readonly ClientLine[] FromClients =
    [
        new Hello(ClientRole.App), new Hello(ClientRole.Kiosk), new LeaseWish(LeaseWant.Take), new LeaseWish(LeaseWant.Give), new HealthAnswer(true), new ScreenGiven(), new ScreenReturned(),
    ];

    [Fact]
    public void EveryExampleOfTheService_IsRead()
    {
        string[] lines = Examples("service");
        Assert.All(lines, line => Assert.Equal(LineResult.Ok, StatusProtocol.Read(Encoding.UTF8.GetBytes(line), out ServiceLine? _)));
        Assert.Equal(FromService.Select(TypeOf).Order(), lines.Select(TypeOf).Distinct().Order());
    }

    [Fact]
    public void EveryExampleOfAClient_IsReadAndEachLineHasOne()
    {
        string[] lines = Examples("client");
        Assert.Equal(FromClients.Select(line => Encoding.UTF8.GetString(StatusProtocol.Write(line)).TrimEnd('\n')).Order(), lines.Order());
        Assert.All(lines, line => Assert.Equal(LineResult.Ok, StatusProtocol.Read(Encoding.UTF8.GetBytes(line), out ClientLine? _)));
    }

    [Fact]
    public void EveryExampleOfAnUnknownLine_IsSkippedByBothSides()
    {
        foreach (string line in Examples("unknown"))
        {
            Assert.Equal(LineResult.UnknownType, StatusProtocol.Read(Encoding.UTF8.GetBytes(line), out ServiceLine? _));
            Assert.Equal(LineResult.UnknownType, StatusProtocol.Read(Encoding.UTF8.GetBytes(line), out ClientLine? _));
        }
    }

    [Fact]
    public void EveryMemberAndStateOfTheCode_IsNamed_AndEveryExampleOfAStatusHasAllMembers()
    {
        SortedSet<string> members = Members(Encoding.UTF8.GetString(StatusProtocol.Write(FromService[0])));
        Assert.All(members, member => Assert.Contains($"`{member}`", Text, StringComparison.Ordinal));
        Assert.Contains(Examples("service"), line => TypeOf(line) == "status" && Members(line).SetEquals(members.Except(["product", "version", "notes", "bytes"]).Append("product")));
        Assert.Contains(Examples("service"), line => TypeOf(line) == "status" && Members(line).IsSupersetOf(["notes", "bytes", "version"]));
        foreach (StatusState state in Enum.GetValues<StatusState>())
        {
            Assert.Contains($"| `{JsonNamingPolicy.SnakeCaseLower.ConvertName(state.ToString())}` |", Text, StringComparison.Ordinal);
        }
    }

    /// <summary>And not the other way round: a name that the code does not know has no row.</summary>
    [Fact]
    public void EveryRowOfTheTableOfStates_IsAState()
    {
        string table = Text[Text.IndexOf("| `state` | what a person", StringComparison.Ordinal)..];
        table = table[..table.IndexOf("\n\n", StringComparison.Ordinal)];
        Assert.Equal(Enum.GetValues<StatusState>().Length, table.Split('\n').Length - 2);
    }

    [Fact]
    public void LimitsInWords_AreThoseOfTheCode()
    {
        Assert.Contains($"{Limits.MaxStatusLineBytes} bytes a line", Text, StringComparison.Ordinal);
        Assert.Contains($"in about {Limits.LeaseFlightMilliseconds} ms", Text, StringComparison.Ordinal);
        Assert.Equal(1000, Gatekeeper.Service.Status.ScreenBroker.ReturnMs);
        Assert.Contains("neither within 1 s", Text, StringComparison.Ordinal);
    }

    private static StatusMessage Full(StatusState state) => new()
    {
        State = state,
        Product = "PM200",
        Running = "1.0.0",
        Release = new StatusRelease("PM200", "2.0.0", "Notes", 1),
        Message = new StatusNotice("U-01", "Sentence.", "Next.") { Facts = new StatusFacts() },
    };

    private static string[] Examples(string kind)
    {
        string[] found = [.. Text.Split($"```json {kind}\n").Skip(1).SelectMany(block => block[..block.IndexOf("```", StringComparison.Ordinal)].Split('\n', StringSplitOptions.RemoveEmptyEntries))];
        Assert.NotEmpty(found);
        return found;
    }

    private static string TypeOf(ServiceLine line) => TypeOf(Encoding.UTF8.GetString(StatusProtocol.Write(line)));

    private static string TypeOf(string line) => JsonDocument.Parse(line).RootElement.GetProperty("type").GetString()!;

    private static SortedSet<string> Members(string line)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        Walk(JsonDocument.Parse(line).RootElement);
        return names;

        void Walk(JsonElement element)
        {
            foreach (JsonProperty member in element.ValueKind == JsonValueKind.Object ? element.EnumerateObject() : default)
            {
                names.Add(member.Name);
                Walk(member.Value);
            }
        }
    }
}
