using System.Text;
using Gatekeeper.Signing.Keys.Lms;

namespace Gatekeeper.Signing.Tests;

/// <summary>No index is given out twice: over every power cut at every step, and over old copies of one of the two files.</summary>
public sealed class LmsIndexTests
{
    private const string KeyFile = "/k/a.pem";
    private const string IndexFile = "/k/a.index";
    private const string KeyId = "00aa";
    private const uint Capacity = 1024;
    private static readonly byte[] MacKey = [1, 2, 3];

    [Fact]
    public void EveryPowerCutInTwoRuns_LeavesAKeyThatGoesOn_AndNoIndexTwice()
    {
        int whole = StepsOf(signatures: 3);
        Assert.Equal(24, whole);
        foreach (FakeDisk.Kept kept in Enum.GetValues<FakeDisk.Kept>())
        {
            for (int first = 0; first <= whole; first++)
            {
                for (int second = 0; second <= whole + 4; second++) // one more file where the mark is brought up
                {
                    FakeDisk disk = NewDisk();
                    var given = new List<uint>();
                    disk.StopBefore = first;
                    Run(disk, 3, given);
                    disk.Restart(kept);
                    disk.StopBefore = second;
                    Run(disk, 3, given);
                    disk.Restart(kept);
                    Run(disk, 1, given); // a power cut is no restored backup: the key goes on by itself
                    Assert.True(given.Count == given.Distinct().Count(), $"{kept} {first} {second}: {string.Join(' ', given)}");
                    Assert.Equal(given.Order(), given);
                    Assert.True(given.Count >= 1 && given[^1] <= 7, "indexes are not wasted");
                }
            }
        }
    }

    [Theory]
    [InlineData(IndexFile)]
    [InlineData(KeyFile)]
    public void AnOldCopyOfOneFile_IsNoticed(string restored)
    {
        foreach (int later in new[] { 2, 3, 10 })
        {
            FakeDisk disk = NewDisk();
            Run(disk, 4, []);
            byte[] backup = disk.Read(restored)!;
            Run(disk, later, []);
            disk.Put(restored, backup);
            ToolException e = Assert.Throws<ToolException>(() => Open(disk));
            Assert.Equal(ExitCode.KeyState, e.Code);
            Assert.Contains($"{restored} is older than", e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void AnIndexFileThatIsOneOlder_IsNoticed_AndAKeyFileThatIs_DoesNotMatter()
    {
        FakeDisk disk = NewDisk();
        Run(disk, 4, []);
        (byte[] index, byte[] key) = (disk.Read(IndexFile)!, disk.Read(KeyFile)!);
        Run(disk, 1, []);
        disk.Put(KeyFile, key);
        Assert.Equal(5U, Open(disk).Next); // as after a power cut between the two
        Run(disk, 0, []);
        Run(disk, 1, []);
        disk.Put(IndexFile, index);
        Assert.Equal(ExitCode.KeyState, Assert.Throws<ToolException>(() => Open(disk)).Code);
    }

    [Fact]
    public void BothFilesFromABackup_AreNoticed_WhenALaterSignatureIsShown()
    {
        FakeDisk disk = NewDisk();
        Run(disk, 4, []);
        LmsIndex index = Open(disk);
        index.Saw(0);
        index.Saw(3);
        ToolException e = Assert.Throws<ToolException>(() => index.Saw(4));
        Assert.Contains("signed with index 4 already", e.Message, StringComparison.Ordinal);
        Assert.Equal(ExitCode.KeyState, e.Code);
    }

    [Fact]
    public void AfterTheLastIndex_ThereIsNone()
    {
        FakeDisk disk = NewDisk();
        var index = LmsIndex.Open(disk, KeyFile, KeyId, MacKey, Capacity, Capacity - 3, held: null);
        Assert.Equal(2U, index.Left);
        Assert.Equal(Capacity - 2, index.Reserve());
        Assert.Equal(Capacity - 1, index.Reserve());
        Assert.Equal(0U, index.Left);
        ToolException e = Assert.Throws<ToolException>(() => index.Reserve());
        Assert.Equal(ExitCode.KeyState, e.Code);
        Assert.Contains("all its 1024 signatures", e.Message, StringComparison.Ordinal);
        Assert.Throws<ToolException>(() => Open(disk).Reserve());
    }

    [Fact]
    public void Advance_GoesForwardOnly_AndMendsWhatIsMissing()
    {
        FakeDisk disk = NewDisk();
        Run(disk, 9, []);
        Assert.Equal(9U, LmsIndex.Open(disk, KeyFile, KeyId, MacKey, Capacity, seen: 3, held: null).Next);
        disk.Put(IndexFile, "mended by hand\n"u8.ToArray());
        Assert.Throws<ToolException>(() => Open(disk));
        Assert.Equal(9U, LmsIndex.Open(disk, KeyFile, KeyId, MacKey, Capacity, seen: 3, held: null).Next); // the mark still knows
        Assert.Equal(21U, LmsIndex.Open(disk, KeyFile, KeyId, MacKey, Capacity, seen: 20, held: null).Next);
        Assert.Equal(21U, Open(disk).Reserve());
        Assert.Equal(ExitCode.Usage, Assert.Throws<ToolException>(() => LmsIndex.Open(disk, KeyFile, KeyId, MacKey, Capacity, seen: Capacity, held: null)).Code);
    }

    [Fact]
    public void ALineThatWasChanged_MovedOrIsOfAnotherKey_IsNotRead()
    {
        string line = IndexLine.Write(IndexLine.Place.IndexFile, KeyId, 7, MacKey);
        Assert.Equal(7U, IndexLine.Read(IndexLine.Place.IndexFile, line, KeyId, MacKey));
        Assert.Null(IndexLine.Read(IndexLine.Place.KeyFile, line, KeyId, MacKey));
        Assert.Null(IndexLine.Read(IndexLine.Place.IndexFile, line, "00ab", MacKey));
        Assert.Null(IndexLine.Read(IndexLine.Place.IndexFile, line, KeyId, [1, 2, 4]));
        foreach (string other in new[] { "", "\n", line + "\n", " " + line, line.Replace(" 7 ", " 07 ", StringComparison.Ordinal), line.Replace(" 7 ", " 8 ", StringComparison.Ordinal), line.TrimEnd('\n') })
        {
            Assert.Null(IndexLine.Read(IndexLine.Place.IndexFile, other, KeyId, MacKey));
        }

        for (int i = 0; i < line.Length; i++)
        {
            char[] changed = line.ToCharArray();
            changed[i] ^= (char)1;
            Assert.Null(IndexLine.Read(IndexLine.Place.IndexFile, new string(changed), KeyId, MacKey));
        }
    }

    [Fact]
    public void TheKeyItself_IsNeverTouched()
    {
        FakeDisk disk = NewDisk();
        Run(disk, 5, []);
        Assert.EndsWith("\nthe encrypted key\n", Encoding.ASCII.GetString(disk.Read(KeyFile)!), StringComparison.Ordinal);
        Assert.Equal(2, Encoding.ASCII.GetString(disk.Read(KeyFile)!).Count(c => c == '\n'));
    }

    private static FakeDisk NewDisk()
    {
        var disk = new FakeDisk();
        (byte[] index, byte[] key) = LmsIndex.ForNewKey(KeyId, MacKey, "the encrypted key\n");
        disk.Put(IndexFile, index);
        disk.Put(KeyFile, key);
        return disk;
    }

    private static LmsIndex Open(FakeDisk disk) => LmsIndex.Open(disk, KeyFile, KeyId, MacKey, Capacity, seen: null, held: null);

    private static void Run(FakeDisk disk, int signatures, List<uint> given)
    {
        try
        {
            LmsIndex index = Open(disk);
            for (int i = 0; i < signatures; i++)
            {
                given.Add(index.Reserve());
            }
        }
        catch (PowerCutException)
        {
            // what was given out until then counts
        }
    }

    private static int StepsOf(int signatures)
    {
        FakeDisk disk = NewDisk();
        Run(disk, signatures, []);
        return disk.Steps;
    }
}
