using System.Text;
using Gatekeeper.Release;
using Gatekeeper.Update.Status;

namespace Gatekeeper.Kiosk.Tests;

public class StatusProtocolTests
{
    private const string Idle = """{"format":1,"type":"status","state":"idle","can_pull":false,"product":"PM200","running":"1.0.0"}""";

    private static readonly StatusMessage Full = new()
    {
        State = StatusState.SelfTest,
        PhasePercent = 40,
        SecondsLeft = 12,
        CanPull = true,
        Product = "PM200",
        Running = "1.0.0",
        Set = "a",
        Trial = true,
        InUse = true,
        Unprotected = ["usb1: authorized_default is 1"],
        Release = new StatusRelease("PM200", "2.0.0", "Two\nlines", 1234),
        Message = new StatusNotice("U-21", "Sentence.", "Next.") { Facts = new StatusFacts { DeviceProduct = "PM200", DeviceHardware = "PM200-C" } },
        ServiceMode = true,
        ServiceMinutes = 14,
        Language = "zh-Hans",
        Challenge = "site-root SN-0001 0123-4567-89AB-CDEF-GHJK",
        Ask = new StatusAsk(AskKind.Pin, 4, 118, true, 2, 0),
        FallBackWhole = false,
    };

    [Fact]
    public void Status_IsWrittenAsTheProtocolSays()
    {
        Assert.Equal(
            """{"format":1,"type":"status","state":"self_test","phase_percent":40,"seconds_left":12,"can_pull":true,"product":"PM200","running":"1.0.0","set":"a","trial":true,"in_use":true,"unprotected":["usb1: authorized_default is 1"],"release":{"product":"PM200","version":"2.0.0","notes":"Two\nlines","bytes":1234},"message":{"code":"U-21","sentence":"Sentence.","next_step":"Next.","facts":{"release_product":null,"release_version":null,"device_product":"PM200","device_hardware":"PM200-C","running_version":null}},"service_mode":true,"service_minutes":14,"language":"zh-Hans","challenge":"site-root SN-0001 0123-4567-89AB-CDEF-GHJK","ask":{"kind":"pin","digits":4,"seconds_left":118,"wrong":true,"tries_left":2,"wait_seconds":0},"fall_back_whole":false}""" + "\n",
            Encoding.UTF8.GetString(StatusProtocol.Write(Full)));
    }

    [Fact]
    public void EveryServiceLine_ComesBackAsItWas()
    {
        ServiceLine[] lines = [Full, new ScreenWanted(), new ScreenYours(), new ScreenReturn(), new LeaseAnswer(true), new LeaseAnswer(false)];
        foreach (ServiceLine line in lines)
        {
            byte[] bytes = StatusProtocol.Write(line);
            Assert.Equal(LineResult.Ok, StatusProtocol.Read(bytes.AsSpan(0, bytes.Length - 1), out ServiceLine? back));
            Assert.Equal(bytes, StatusProtocol.Write(back!));
        }
    }

    [Fact]
    public void EveryClientLine_ComesBackAsItWas()
    {
        ClientLine[] lines =
        [
            new Hello(ClientRole.App), new Hello(ClientRole.Kiosk), new LeaseWish(LeaseWant.Take), new LeaseWish(LeaseWant.Give),
            new HealthAnswer(true), new HealthAnswer(false), new ScreenGiven(), new ScreenReturned(),
        ];
        foreach (ClientLine line in lines)
        {
            byte[] bytes = StatusProtocol.Write(line);
            Assert.Equal(LineResult.Ok, StatusProtocol.Read(bytes.AsSpan(0, bytes.Length - 1), out ClientLine? back));
            Assert.Equal(line, back);
        }
    }

    [Theory]
    [InlineData("idle", StatusState.Idle)]
    [InlineData("found", StatusState.Found)]
    [InlineData("waiting", StatusState.Waiting)]
    [InlineData("copying", StatusState.Copying)]
    [InlineData("checking", StatusState.Checking)]
    [InlineData("installing", StatusState.Installing)]
    [InlineData("restarting", StatusState.Restarting)]
    [InlineData("self_test", StatusState.SelfTest)]
    [InlineData("done", StatusState.Done)]
    [InlineData("fell_back", StatusState.FellBack)]
    [InlineData("refused", StatusState.Refused)]
    [InlineData("taken", StatusState.Taken)]
    public void State_HasTheProtocolsName(string name, StatusState state)
    {
        Assert.Equal(LineResult.Ok, Service(Idle.Replace("\"idle\"", $"\"{name}\"", StringComparison.Ordinal), out ServiceLine? line));
        Assert.Equal(state, Assert.IsType<StatusMessage>(line).State);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("not json")]
    [InlineData("""{"type":null}""")]
    [InlineData("""{"type":1}""")]
    [InlineData("""{"type":"screen-yours"} {}""")]
    [InlineData("""{"type":"screen-yours","type":"screen-return"}""")]
    [InlineData("""{"type":"screen-yours","format":2}""")]
    [InlineData("""{"type":"lease"}""")]
    [InlineData("""{"type":"lease","held":"yes"}""")]
    [InlineData("""{"type":"status"}""")]
    [InlineData("""{"format":1,"type":"status","state":3,"product":"P","running":"1.0.0"}""")]
    [InlineData("""{"format":1,"type":"status","state":"dancing","product":"P","running":"1.0.0"}""")]
    [InlineData("""{"format":2,"type":"status","state":"idle","product":"P","running":"1.0.0"}""")]
    [InlineData("""{"type":"status","state":"idle","product":"P","running":"1.0.0"}""")]
    [InlineData("""{"format":1,"type":"status","state":"idle","product":null,"running":"1.0.0"}""")]
    [InlineData("""{"format":1,"type":"status","state":"idle","product":"P","running":"1.0.0","phase_percent":101}""")]
    [InlineData("""{"format":1,"type":"status","state":"idle","product":"P","running":"1.0.0","phase_percent":-1}""")]
    [InlineData("""{"format":1,"type":"status","state":"idle","product":"P","running":"1.0.0","seconds_left":-1}""")]
    [InlineData("""{"format":1,"type":"status","state":"idle","product":"P","running":"1.0.0","set":"c"}""")]
    [InlineData("""{"format":1,"type":"status","state":"idle","product":"P","running":"1.0.0","unprotected":[null]}""")]
    [InlineData("""{"format":1,"type":"status","state":"idle","product":"P\u001b[2J","running":"1.0.0"}""")]
    [InlineData("""{"format":1,"type":"status","state":"idle","product":"P\n","running":"1.0.0"}""")]
    [InlineData("""{"format":1,"type":"status","state":"idle","product":"P\u202e","running":"1.0.0"}""")]
    [InlineData("""{"format":1,"type":"status","state":"idle","product":"P\ud800","running":"1.0.0"}""")]
    [InlineData("""{"format":1,"type":"status","state":"idle","product":"P","running":"1.0.0","release":{"product":"P","version":"1.0.0"}}""")]
    [InlineData("""{"format":1,"type":"status","state":"idle","product":"P","running":"1.0.0","release":{"product":"P","version":"1.0.0","notes":"\u0007","bytes":1}}""")]
    [InlineData("""{"format":1,"type":"status","state":"idle","product":"P","running":"1.0.0","message":{"code":"U-21","sentence":"a\u2028b","next_step":""}}""")]
    [InlineData("""{"format":1,"type":"status","state":"idle","product":"P","running":"1.0.0","message":{"code":"U-21","sentence":"a","next_step":"","facts":{"release_product":"\u202eP"}}}""")]
    [InlineData("""{"format":1,"type":"status","state":"idle","product":"P","running":"1.0.0","message":{"code":"U-21","sentence":"a","next_step":"","facts":{"running_version":"\u2069\u2067"}}}""")]
    [InlineData("""{"format":1,"type":"status","state":"idle","product":"P","running":"1.0.0","language":"de\nx"}""")]
    [InlineData("""{"format":1,"type":"status","state":"idle","product":"P","running":"1.0.0","language":"12345678901234567"}""")]
    [InlineData("""{"format":1,"type":"status","state":"found","product":"P","running":"1.0.0","ask":{"kind":"face","digits":0,"seconds_left":1,"wrong":false,"tries_left":1,"wait_seconds":0}}""")]
    [InlineData("""{"format":1,"type":"status","state":"found","product":"P","running":"1.0.0","ask":{"kind":"pin","digits":13,"seconds_left":1,"wrong":false,"tries_left":1,"wait_seconds":0}}""")]
    [InlineData("""{"format":1,"type":"status","state":"found","product":"P","running":"1.0.0","ask":{"kind":"pin","digits":0,"seconds_left":1,"wrong":false,"tries_left":4,"wait_seconds":0}}""")]
    [InlineData("""{"format":1,"type":"status","state":"found","product":"P","running":"1.0.0","ask":{"kind":"pin","digits":0,"seconds_left":1,"wrong":false,"tries_left":1,"wait_seconds":901}}""")]
    [InlineData("""{"format":1,"type":"status","state":"found","product":"P","running":"1.0.0","ask":{"kind":"pin"}}""")]
    public void MalformedServiceLine_IsRefused(string text) => Assert.Equal(LineResult.Malformed, Service(text, out _));

    [Theory]
    [InlineData("""{"type":"hello","role":"root"}""")]
    [InlineData("""{"type":"hello","role":1}""")]
    [InlineData("""{"type":"hello"}""")]
    [InlineData("""{"type":"lease","want":"both"}""")]
    [InlineData("""{"type":"health","ok":1}""")]
    [InlineData("""{"type":"health","ok":null}""")]
    public void MalformedClientLine_IsRefused(string text) =>
        Assert.Equal(LineResult.Malformed, StatusProtocol.Read(Encoding.UTF8.GetBytes(text), out ClientLine? _));

    [Fact]
    public void BytesThatAreNotUtf8_AreRefused()
    {
        byte[] bytes = Encoding.UTF8.GetBytes(Idle);
        bytes[Array.IndexOf(bytes, (byte)'P')] = 0xff;
        Assert.Equal(LineResult.Malformed, StatusProtocol.Read(bytes, out ServiceLine? _));
    }

    [Fact]
    public void UnknownTypeAndUnknownMember_AreANewerSender()
    {
        Assert.Equal(LineResult.UnknownType, Service("""{"type":"weather"}""", out _));
        Assert.Equal(LineResult.Ok, Service(Idle[..^1] + ",\"mood\":{\"x\":[1]}}", out _));
    }

    [Fact]
    public void LongestLine_IsReadAndOneByteMoreIsNot()
    {
        string line = Idle + new string(' ', Limits.MaxStatusLineBytes - 1 - Idle.Length);
        Assert.Equal(LineResult.Ok, Service(line, out _));
        Assert.Equal(LineResult.Malformed, Service(line + " ", out _));
    }

    [Theory]
    [InlineData(nameof(Limits.MaxNameChars), Limits.MaxNameChars)]
    [InlineData(nameof(Limits.MaxNotesChars), Limits.MaxNotesChars)]
    [InlineData(nameof(Limits.MaxStatusSentenceChars), Limits.MaxStatusSentenceChars)]
    public void LongestText_IsReadAndOneCharacterMoreIsNot(string which, int most)
    {
        foreach ((int length, LineResult expected) in new[] { (most, LineResult.Ok), (most + 1, LineResult.Malformed) })
        {
            string text = new('x', length);
            StatusMessage status = which switch
            {
                nameof(Limits.MaxNameChars) => Full with { Product = text },
                nameof(Limits.MaxNotesChars) => Full with { Release = Full.Release! with { Notes = text } },
                _ => Full with { Message = Full.Message! with { Sentence = text } },
            };
            Assert.Equal(expected, StatusProtocol.Read(StatusProtocol.Write(status).AsSpan()[..^1], out ServiceLine? _));
        }
    }

    [Fact]
    public void StatusThatWouldBeTooLong_LosesFindingsThenNotes()
    {
        StatusMessage longest = Full with
        {
            Unprotected = [.. Enumerable.Repeat(new string('u', 200), 100)],
            Release = Full.Release! with { Notes = new string('\u4e2d', Limits.MaxNotesChars) },
        };
        byte[] bytes = StatusProtocol.Write(longest);
        Assert.InRange(bytes.Length, 1, Limits.MaxStatusLineBytes);
        Assert.Equal(LineResult.Ok, StatusProtocol.Read(bytes.AsSpan()[..^1], out ServiceLine? line));
        StatusMessage status = Assert.IsType<StatusMessage>(line);
        Assert.Equal("100 findings: run gatekeeper doctor", Assert.Single(status.Unprotected));
        Assert.Equal(Limits.MaxNotesChars, status.Release!.Notes.Length);
    }

    [Theory]
    [InlineData('\u202a')]
    [InlineData('\u202e')]
    [InlineData('\u2066')]
    [InlineData('\u2069')]
    public void I09_MarksThatTurnTheReadingDirectionByForce_AreTakenOutOfNotes(char mark)
    {
        StatusMessage status = Full with { Release = Full.Release! with { Notes = $"One{mark}\nTwo \u05d0" } };
        Assert.Equal(LineResult.Ok, StatusProtocol.Read(StatusProtocol.Write(status).AsSpan()[..^1], out ServiceLine? line));
        Assert.Equal("One\nTwo \u05d0", Assert.IsType<StatusMessage>(line).Release!.Notes);
    }

    [Fact]
    public void NotesOfNothingButEscapes_AreCut()
    {
        StatusMessage status = Full with { Release = Full.Release! with { Notes = string.Concat(Enumerable.Repeat("\U0001F600", Limits.MaxNotesChars / 2)) } };
        byte[] bytes = StatusProtocol.Write(status);
        Assert.InRange(bytes.Length, 1, Limits.MaxStatusLineBytes);
        Assert.Equal(LineResult.Ok, StatusProtocol.Read(bytes.AsSpan()[..^1], out ServiceLine? line));
        Assert.StartsWith("\U0001F600", Assert.IsType<StatusMessage>(line).Release!.Notes, StringComparison.Ordinal);
    }

    private static LineResult Service(string text, out ServiceLine? line) => StatusProtocol.Read(Encoding.UTF8.GetBytes(text), out line);
}
