using System.Runtime.Versioning;
using Gatekeeper.Linux.Storage;
using Gatekeeper.Update;

namespace Gatekeeper.Linux.Tests.Storage;

[SupportedOSPlatform("linux")]
public sealed class StageFilesTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly StageFiles stage;

    public StageFilesTests() => stage = new StageFiles(folder["stage"]);

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Complete_GivesTheFileItsName()
    {
        using (IStageFile file = stage.Create(6))
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
        stage.Create(100).Dispose();
        Assert.Null(stage.Open());
        using IStageFile file = stage.Create(2);
        file.WriteAt(0, [1, 2]);
        file.Complete();
        using IStageSource source = stage.Open()!;
        Assert.Equal(2, source.Length);
    }

    [Fact]
    public void Create_RemovesTheOldStage()
    {
        using (IStageFile file = stage.Create(2))
        {
            file.Complete();
        }

        stage.Create(2).Dispose();
        Assert.Null(stage.Open());
    }

    [Fact]
    public void Discard_RemovesAll()
    {
        using (IStageFile file = stage.Create(2))
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
        Assert.Throws<IOException>(() => stage.Create(1));
        Assert.True(File.Exists(Path.Combine(folder["elsewhere"], "stage.gku")));
    }

    [Fact]
    public void FreeBytes_CountAStageAsFree()
    {
        long before = stage.FreeBytes;
        stage.Create(8 * 1024 * 1024).Dispose();
        Assert.InRange(stage.FreeBytes, before - (64 * 1024 * 1024), before + (64 * 1024 * 1024)); // others write to the same disk
        Assert.True(before < new DriveInfo(folder.Path).AvailableFreeSpace);
    }

    [Fact]
    public void MoreThanTheDiskHas_IsAnIoErrorAtOnce() => Assert.Throws<IOException>(() => stage.Create(1L << 55));
}
