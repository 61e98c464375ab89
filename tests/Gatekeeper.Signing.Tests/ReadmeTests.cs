using System.Globalization;

namespace Gatekeeper.Signing.Tests;

/// <summary>What the README promises, run as it stands there.</summary>
[Collection(CommandLineTests.Name)]
public sealed class ReadmeTests : IDisposable
{
    private static readonly string Text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "README.md"));
    private readonly Workshop _shop = new();

    public void Dispose() => _shop.Dispose();

    [Fact]
    public void FirstRelease_InFiveCommands()
    {
        string commands = Block("## A first release in five commands", 0);
        Assert.Equal(5, Lines(commands).Length);
        Shell(commands);
        string verify = Block("## A first release in five commands", 1);
        Assert.Contains("would install PM200 1.0.0", Shell(verify), StringComparison.Ordinal);
        (int code, string text) = HostTool.Run(_shop.Folder, "mdir", "-b", "-i", "stick.img@@1M", "::");
        Assert.True(code == 0 && text.Contains("::/pm200-1.0.0.gku", StringComparison.Ordinal), text);
    }

    [Fact]
    public void SeveralPeople_MakeARoot()
    {
        string answer = Shell(Block("## Several people", 0));
        Assert.Contains("signed by  root: 1 of 2 signatures", answer, StringComparison.Ordinal);
        Assert.Contains("signed by  root: 2 of 2 signatures", answer, StringComparison.Ordinal);
    }

    [Fact]
    public void TheYear_GoesAsWritten()
    {
        // The blocks follow on each other in one folder. The question before signing is answered by --yes here, by a person there.
        string year = Text[Text.IndexOf("## The release engineer's year", StringComparison.Ordinal)..Text.IndexOf("## Permits", StringComparison.Ordinal)];
        string[] blocks = [.. year.Split("```sh\n").Skip(1).Select(b => b.Split("```")[0])];
        string commands = string.Concat(blocks).Replace("request sign ", "request sign --yes ", StringComparison.Ordinal);
        string answer = Shell(commands);
        Assert.Contains("would install PM200 1.0.0", answer, StringComparison.Ordinal);
        Assert.Contains("wards: root 1, reader today: comes to root 2", answer, StringComparison.Ordinal);
        Assert.Contains("that bob (", answer, StringComparison.Ordinal);
        Assert.Contains("roots-3.gkr: roots 1 to 3", answer, StringComparison.Ordinal);
        Assert.Equal(5, Directory.GetFiles(_shop.At("roots")).Length);

        // Every device, however old its root, comes along to the last one.
        byte[][] roots = [.. Enumerable.Range(1, 5).Select(v => File.ReadAllBytes(_shop.At($"roots/{v.ToString(CultureInfo.InvariantCulture)}.root.json")))];
        Assert.All(Enumerable.Range(1, 5), v => Assert.Equal(5, Ceremony.DeviceWalk.From(roots, v).Version));
    }

    [Fact]
    public void PermitsAndApprovals_AreMadeAsTheReadmeSays()
    {
        _shop.Do("root new --out roots --expires 2046-01-01 --role root=alice.pub.json:1 targets=alice.pub.json:1 snapshot=alice.pub.json:1 timestamp=alice.pub.json:1 permit=carol.pub.json:1 --sign alice.pem");
        _shop.Build("pm200-1.0.0.gku");
        Assert.Contains("a device that trusts root 1 takes this permit", Shell(Block("## Permits", 0)), StringComparison.Ordinal);
        Assert.Contains("site: 2 of 2 signatures", Shell(Block("## A hospital's approval", 0)), StringComparison.Ordinal);
        Assert.Contains("takes it", _shop.Do($"verify {Directory.GetFiles(_shop.At("anna"), "*-approve.gka").Single()} --site-root anna/1.site.gka").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void ExitCodes_AreTheSameInReadmeHelpAndProgram()
    {
        string help = _shop.Run("--help").Output;
        foreach (ExitCode code in Enum.GetValues<ExitCode>())
        {
            string number = ((int)code).ToString(CultureInfo.InvariantCulture);
            string row = Assert.Single(Lines(Text), l => l.StartsWith($"| {number} |", StringComparison.Ordinal));
            string words = row.Split('|')[2].Split(';')[0].Trim();
            Assert.Contains($"{number}  {words}", help, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void EveryCommand_HasHelpAndAJsonSwitch()
    {
        foreach (string command in new[]
        {
            "key new", "key public", "key revoke", "key show", "key list", "key advance", "root new", "root sign", "root rotate", "root export", "root to-sign", "root add-signature", "role threshold",
            "request new", "request show", "request sign", "request merge", "request finish", "request to-sign", "request add-signature",
            "release build", "release sign", "release to-sign", "release add-signature", "repository import", "repository export", "permit new", "permit sign", "site init", "site rotate", "site sign", "approve", "withdraw", "check", "rehearse", "inspect", "verify", "stick write",
        })
        {
            Outcome outcome = _shop.Do(command + " --help");
            Assert.Contains("--json", outcome.Output, StringComparison.Ordinal);
            Assert.DoesNotContain("--passphrase ", outcome.Output, StringComparison.Ordinal);
        }
    }

    // Our program under the name the README calls it by, as a process of its own: the only test that starts one.
    private string Shell(string commands)
    {
        string bin = Directory.CreateDirectory(_shop.At("bin")).FullName;
        string program = Path.Combine(bin, "gatekeeper-sign");
        File.WriteAllText(program, $"#!/bin/sh\nexec dotnet '{typeof(Tool).Assembly.Location}' \"$@\"\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        (int code, string output) = HostTool.Run(_shop.Folder, "bash", "-ec", $"export PATH='{bin}':$PATH\n{commands}");
        Assert.True(code == 0, output);
        return output;
    }

    private static string Block(string heading, int index)
    {
        string section = Text[Text.IndexOf(heading, StringComparison.Ordinal)..];
        return section.Split("```sh\n")[index + 1].Split("```")[0];
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
