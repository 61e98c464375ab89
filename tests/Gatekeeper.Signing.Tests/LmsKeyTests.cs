using System.Buffers.Binary;
using System.Diagnostics;
using Gatekeeper.Release;
using Gatekeeper.Release.Keys;
using Gatekeeper.Signing.Keys.Lms;

namespace Gatekeeper.Signing.Tests;

/// <summary>x-ed25519+lms keys at the command line, and the program killed between the index and the signature.</summary>
[Collection(CommandLineTests.Name)]
public sealed class LmsKeyTests : IDisposable
{
    private const string Roles = "targets=bob.pub.json:1 snapshot=bob.pub.json:1 timestamp=bob.pub.json:1";
    private readonly Workshop _shop = new();

    public void Dispose() => _shop.Dispose();

    [Fact]
    public void NewKey_SignsWhatADeviceInstalls_AndCounts()
    {
        Outcome made = _shop.Do("key new --out new.pem --type x-ed25519+lms --height 10");
        Assert.Contains("signatures  1024, then it is used up", made.Output, StringComparison.Ordinal);
        Assert.Contains("Production keys belong in an HSM", made.Output, StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_shop.At("new.pem")));
        Outcome signed = _shop.Do("root new --out roots --expires 2046-01-01 --role root=new.pub.json:1 targets=new.pub.json,bob.pub.json:2 snapshot=new.pub.json:1 timestamp=new.pub.json:1 --sign new.pem");
        Assert.Contains("note: new.pem has 1024 signatures left; a copy of it and its index from a backup can use one twice", signed.Errors, StringComparison.Ordinal);
        _shop.Build("a.gku");
        _shop.Do("release sign a.gku --key new.pem bob.pem");
        Assert.Contains("would install PM200 2.0.0", _shop.Do("verify a.gku --root roots/1.root.json --product PM200 --hardware PM200-C --running 1.0.0").Output, StringComparison.Ordinal);
        Assert.Contains("1020 of 1024 left; index 4 comes next", _shop.Do("key show new.pem").Output, StringComparison.Ordinal);
        _shop.Do("release sign a.gku --key new.pem"); // it has signed: nothing is used
        Assert.Contains("index 4 comes next", _shop.Do("key show new.pem").Output, StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_shop.At("new.pem")));
    }

    [Fact]
    public void RestoredBackup_OfBothFiles_IsNoticed_WhereTheReleaseHoldsALaterSignature()
    {
        _shop.Do($"root new --out roots --expires 2046-01-01 --role root=petra.pub.json:1 targets=petra.pub.json:1 snapshot=petra.pub.json:1 timestamp=bob.pub.json:1 --sign petra.pem");
        Backup("petra.pem", "petra.index");
        _shop.Build("a.gku");
        _shop.Do("release sign a.gku --key petra.pem");
        Restore("petra.pem", "petra.index");
        _shop.Do("key show petra.pem"); // by themselves they look right
        byte[] before = File.ReadAllBytes(_shop.At("a.gku"));
        Outcome outcome = _shop.Run("release sign a.gku --key petra.pem bob.pem");
        Assert.Equal(ExitCode.KeyState, outcome.Code);
        Assert.Contains("petra.pem has signed with index ", outcome.Errors, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(_shop.At("a.gku")));
        _shop.Do("key advance petra.pem --index-seen 2");
        _shop.Do("release sign a.gku --key petra.pem bob.pem");
    }

    [Fact]
    public void RestoredBackup_OfOneFile_OrAMissingOne_IsNoticed()
    {
        Backup("petra.index", "petra.pem");
        Sign(1);
        Restore("petra.index");
        Outcome outcome = Run(2);
        Assert.True(outcome.Code == ExitCode.KeyState && outcome.Error.Contains("petra.index is older than", StringComparison.Ordinal), outcome.Errors);
        File.Delete(_shop.At("petra.index"));
        Assert.Contains("petra.index is missing", Run(3).Error, StringComparison.Ordinal);
        Assert.Contains("index 6 comes next", _shop.Do("key advance petra.pem --index-seen 5").Output, StringComparison.Ordinal);
        Assert.Equal(6U, Sign(4));
    }

    [Fact]
    public void UsedUpKey_Refuses()
    {
        _shop.Do("key advance petra.pem --index-seen 30");
        Assert.Equal(31U, Sign(1));
        Outcome outcome = Run(2);
        Assert.True(outcome.Code == ExitCode.KeyState && outcome.Error.Contains("has made all its 32 signatures", StringComparison.Ordinal), outcome.Errors);
        Assert.False(File.Exists(_shop.At("r2/1.root.json")));
    }

    [Fact]
    public void TwoAtOnce_AreNotLetIn_AlsoThroughALink()
    {
        using Ed25519LmsPrivateKey key = FixedKeys.MakeHybrid();
        Directory.CreateDirectory(_shop.At("elsewhere"));
        File.CreateSymbolicLink(_shop.At("elsewhere/link.pem"), _shop.At("petra.pem"));
        using (LmsIndex.Open(_shop.At("elsewhere/link.pem"), key.Public.KeyId, key.IndexMacKey, key.Capacity))
        {
            Outcome outcome = Run(1);
            Assert.True(outcome.Code == ExitCode.KeyState && outcome.Error.Contains("in use by another command", StringComparison.Ordinal), outcome.Errors);
        }

        Assert.Equal(0U, Sign(2));
    }

    [Theory]
    [InlineData("key new --out n.pem --type x-ed25519+lms --height 12", ExitCode.Usage, "--height 12 does not go with this key")]
    [InlineData("key new --out n.pem --height 10", ExitCode.Usage, "--height 10 does not go with this key")]
    [InlineData("key advance alice.pem --index-seen 1", ExitCode.Usage, "alice.pem has no index")]
    [InlineData("key advance petra.pem --index-seen 32", ExitCode.Usage, "--index-seen 32 is no index of this key")]
    public void Misuse_IsTold(string line, ExitCode code, string error)
    {
        Outcome outcome = _shop.Run(line);
        Assert.True(outcome.Code == code && outcome.Error.Contains(error, StringComparison.Ordinal), outcome.Errors);
    }

    [Theory]
    [InlineData("petra.index")] // reserved in the index file, the key file not yet or just now
    [InlineData("petra.pem")] // reserved in both, the signature made or not, the output written or not
    public void ProgramKilled_AfterAnIndexWasReserved_NeverUsesItAgain(string watched)
    {
        uint last = Sign(0);
        for (int round = 1; round <= 4; round++)
        {
            using Process process = Start(round);
            string seen = _shop.At(watched);
            byte[] before = File.ReadAllBytes(seen);
            while (!process.HasExited && ReadOf(seen).AsSpan().SequenceEqual(before))
            {
                Thread.SpinWait(100);
            }

            process.Kill(); // SIGKILL
            process.WaitForExit();
            uint next = NextOf();
            Assert.True(next > last, $"round {round}: {next} comes next after {last}");
            string output = _shop.At($"r{round}/1.root.json");
            if (File.Exists(output) && new FileInfo(output).Length > 0)
            {
                Assert.Equal(next - 1, IndexIn(output));
            }

            uint index = Sign(100 + round); // goes on by itself
            Assert.True(index >= next, $"round {round}: signed with {index}, {next} was next");
            last = index;
        }
    }

    [Fact]
    public void ProgramsAtOnce_NeverShareAnIndex()
    {
        Process[] all = [.. Enumerable.Range(1, 3).Select(Start)];
        var used = new List<uint>();
        for (int i = 0; i < all.Length; i++)
        {
            all[i].WaitForExit();
            Assert.True(all[i].ExitCode is (int)ExitCode.Done or (int)ExitCode.KeyState, $"{all[i].ExitCode}");
            if (all[i].ExitCode == (int)ExitCode.Done)
            {
                used.Add(IndexIn(_shop.At($"r{i + 1}/1.root.json")));
            }

            all[i].Dispose();
        }

        Assert.NotEmpty(used);
        Assert.Equal(used.Count, used.Distinct().Count());
        Assert.Equal((uint)used.Count, NextOf());
    }

    // Each number is another message.
    private static string Line(int number) => $"root new --out r{number} --expires {2030 + number}-01-01 --role root=petra.pub.json:1 {Roles} --sign petra.pem";

    private Outcome Run(int number) => _shop.Run(Line(number));

    private uint Sign(int number)
    {
        _shop.Do(Line(number));
        return IndexIn(_shop.At($"r{number}/1.root.json"));
    }

    private Process Start(int number)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(Tool).Assembly.Location, .. Line(number).Split(' ')]) { WorkingDirectory = _shop.Folder, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["GATEKEEPER_PASSPHRASE"] = Workshop.Passphrase;
        return Process.Start(start)!;
    }

    private uint NextOf()
    {
        using Ed25519LmsPrivateKey key = FixedKeys.MakeHybrid();
        using var index = LmsIndex.Open(_shop.At("petra.pem"), key.Public.KeyId, key.IndexMacKey, key.Capacity);
        return index.Next;
    }

    private static uint IndexIn(string root)
    {
        MetadataSignature signature = Assert.Single(SignedMetadata.Parse(File.ReadAllBytes(root)).Signatures);
        return BinaryPrimitives.ReadUInt32BigEndian(signature.Value.AsSpan()[Ed25519Check.SignatureBytes..]);
    }

    // The file is replaced under the reader's eyes.
    private static byte[] ReadOf(string path) => File.Exists(path) ? File.ReadAllBytes(path) : [];

    private void Backup(params string[] files)
    {
        foreach (string file in files)
        {
            File.Copy(_shop.At(file), _shop.At(file + ".backup"));
        }
    }

    private void Restore(params string[] files)
    {
        foreach (string file in files)
        {
            File.Copy(_shop.At(file + ".backup"), _shop.At(file), overwrite: true);
        }
    }
}
