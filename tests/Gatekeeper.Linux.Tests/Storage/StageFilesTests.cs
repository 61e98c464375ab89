using System.Runtime.Versioning;
using Gatekeeper.Linux.Storage;
using Gatekeeper.Update;

namespace Gatekeeper.Linux.Tests.Storage;

[SupportedOSPlatform("linux")]
public sealed class StageFilesTests : IDisposable
{
    private static readonly StageLabel Label = new(new string('a', 64), 4096);

    private readonly TemporaryFolder folder = new();
    private readonly StageFiles stage;

    public StageFilesTests() => stage = new StageFiles(folder["stage"]);

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Complete_GivesTheFileItsName()
    {
        using (IStageFile file = stage.Create(Label, 6))
        {
            file.WriteAt(3, [4, 5, 6]);
            file.WriteAt(0, [1, 2, 3]);
            Assert.Null(stage.Open());
            file.Complete();
        }

        Assert.Equal(["stage.gku"], Directory.GetFiles(folder["stage"]).Select(Path.GetFileName));
        using IStageSource source = stage.Open()!;
        byte[] bytes = new byte[4];
        source.ReadAt(2, bytes);
        Assert.Equal((6, "3,4,5,6"), (source.Length, string.Join(',', bytes)));
        Assert.Throws<ArgumentOutOfRangeException>(() => source.ReadAt(3, new byte[4]));
    }

    [Fact]
    public void NotCompleted_IsNoStage_AndTheNextOneReplacesIt()
    {
        stage.Create(Label, 100).Dispose();
        Assert.Null(stage.Open());
        using IStageFile file = stage.Create(Label, 2);
        file.WriteAt(0, [1, 2]);
        file.Complete();
        using IStageSource source = stage.Open()!;
        Assert.Equal(2, source.Length);
    }

    [Fact]
    public void Unfinished_OfTheSameRelease_IsOpenedAgain_UnderItsNewNameAndLength()
    {
        using (IStageFile file = stage.Create(Label, 8))
        {
            file.WriteAt(2, [1, 2, 3]);
        }

        var other = Label with { PayloadAt = 4608 };
        using (IStageFile again = stage.Resume(other, 6, out StageLabel before)!)
        {
            byte[] bytes = new byte[8];
            again.ReadAt(0, bytes);
            Assert.Equal((Label, "0,0,1,2,3,0,0,0"), (before, string.Join(',', bytes)));
            Assert.Throws<IOException>(() => again.ReadAt(4, new byte[5])); // until it is complete it may be longer than the new file
            Assert.Equal([$"stage-{Label.Digest}-4608.part"], Names());
            Assert.Null(stage.Open());
            again.Complete();
        }

        using IStageSource source = stage.Open()!;
        Assert.Equal(6, source.Length);
        Assert.Equal(["stage.gku"], Names());
        Assert.Null(stage.Resume(Label, 6, out _));
    }

    [Fact]
    public void Unfinished_OfAnotherRelease_IsNotOpened_AndCreateRemovesIt()
    {
        stage.Create(Label, 8).Dispose();
        var other = Label with { Digest = new string('b', 64) };
        Assert.Null(stage.Resume(other, 8, out _));
        stage.Create(other, 8).Dispose();
        Assert.Equal([$"stage-{other.Digest}-4096.part"], Names());
    }

    [Theory]
    [InlineData("stage.part")] // what an older version left
    [InlineData("stage-aa-1.part")]
    [InlineData("stage-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-.part")]
    [InlineData("stage-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa--1.part")]
    [InlineData("stage-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-1-1.part")]
    [InlineData("stage-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-9223372036854775807.part")]
    public void FileWithANameThatWeDoNotGive_IsNotOpened_AndGoes(string name)
    {
        stage.Discard();
        File.WriteAllText(Path.Combine(folder["stage"], name), "anything");
        Assert.Null(stage.Resume(Label, 8, out _));
        Assert.True(stage.DiscardUnfinished());
        Assert.False(stage.DiscardUnfinished());
        Assert.Empty(Names());
    }

    [Fact]
    public void LinkUnderTheName_IsNotFollowed()
    {
        stage.Discard();
        File.WriteAllText(folder["precious"], "precious");
        File.CreateSymbolicLink(Path.Combine(folder["stage"], $"stage-{Label.Digest}-4096.part"), folder["precious"]);
        Assert.Null(stage.Resume(Label, 1, out _));
        stage.Create(Label, 1).Dispose();
        Assert.Equal("precious", File.ReadAllText(folder["precious"]));
    }

    private string[] Names() => [.. Directory.GetFiles(folder["stage"]).Select(path => Path.GetFileName(path))];

    [Fact]
    public void Create_RemovesTheOldStage()
    {
        using (IStageFile file = stage.Create(Label, 2))
        {
            file.Complete();
        }

        stage.Create(Label, 2).Dispose();
        Assert.Null(stage.Open());
    }

    [Fact]
    public void Discard_RemovesAll()
    {
        using (IStageFile file = stage.Create(Label, 2))
        {
            file.Complete();
        }

        stage.Discard();
        Assert.Empty(Directory.GetFiles(folder["stage"]));
        stage.Discard();
    }

    [Fact]
    public void TheDirectory_IsTheOwnersAlone()
    {
        stage.Discard();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder["stage"]));
        File.SetUnixFileMode(folder["stage"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherWrite);
        Assert.Throws<IOException>(stage.Discard);
    }

    [Fact]
    public void ALinkInPlaceOfTheDirectory_IsRefused()
    {
        Directory.CreateDirectory(folder["elsewhere"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.WriteAllText(Path.Combine(folder["elsewhere"], "stage.gku"), "precious");
        Directory.CreateSymbolicLink(folder["stage"], folder["elsewhere"]);
        Assert.Throws<IOException>(stage.Discard);
        Assert.Throws<IOException>(() => stage.Create(Label, 1));
        Assert.True(File.Exists(Path.Combine(folder["elsewhere"], "stage.gku")));
    }

    [Fact]
    public void FreeBytes_CountAStageAsFree()
    {
        long before = stage.FreeBytes;
        stage.Create(Label, 8 * 1024 * 1024).Dispose();
        Assert.InRange(stage.FreeBytes, before - (64 * 1024 * 1024), before + (64 * 1024 * 1024)); // others write to the same disk
        Assert.True(before < new DriveInfo(folder.Path).AvailableFreeSpace);
    }

    [Fact]
    public void MoreThanTheDiskHas_IsAnIoErrorAtOnce() => Assert.Throws<IOException>(() => stage.Create(Label, 1L << 55));
}
