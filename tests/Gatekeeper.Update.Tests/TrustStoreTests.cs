using System.Collections.Immutable;
using System.Text;
using Gatekeeper.Release;
using Gatekeeper.Update.Tests.Model;

namespace Gatekeeper.Update.Tests;

public sealed class TrustStoreTests
{
    private static readonly RunningSystem V1 = new(SlotSet.A, new ReleaseVersion(1, 0, 0), TestRelease.Root, 1, Guid.NewGuid());
    private readonly VolatileDisk disk = new("state", new byte[StatePartition.MinBytes], new PowerLine());

    [Fact]
    public void BlankPartition_IsFresh_AndRefusesReleases()
    {
        TrustStore store = TrustStore.Open(disk, V1);
        Assert.Equal(StoreCondition.Fresh, store.Condition);
        Assert.Equal(V1.Version, store.Effective.Floor);
        Assert.Equal(Refusal.State, Assert.Throws<RefusedException>(store.RequireDevice).Code);
        Assert.Equal(0, disk.Writes);
    }

    /// <summary>A newer program that says this one may read its state: what is not known is dropped, and nothing else is lost.</summary>
    [Fact]
    public void NewerFormatThatWeMayRead_IsReadWithoutWhatIsNotKnown()
    {
        Provisioned();
        Replace("\"format\":1", $"\"format\":{StateFormat.Current + 1},\"only_in_the_next\":7");
        TrustStore store = TrustStore.Open(disk, V1);
        Assert.Equal(StoreCondition.Sound, store.Condition);
        Assert.NotNull(store.Content.Device);
        Assert.Equal(StateFormat.Current, store.Content.Format);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void DamagedCopy_IsWrittenAnew(int area)
    {
        TrustStore store = Provisioned();
        Assert.False(store.RestoreCopy()); // the second area of a new device is blank, not damaged
        store.Change(c => c with { TrustRebuilt = true });
        store.Commit();
        Assert.Equal(2, store.WholeCopies);
        disk.WriteAt((long)area * StatePartition.AreaBytes, new byte[] { 1, 2, 3 });
        disk.Flush();

        TrustStore again = TrustStore.Open(disk, V1);
        Assert.Equal((StoreCondition.Sound, 1), (again.Condition, again.WholeCopies));
        Assert.True(again.RestoreCopy());
        Assert.False(again.RestoreCopy());
        TrustStore third = TrustStore.Open(disk, V1);
        Assert.Equal(2, third.WholeCopies);
        Assert.Equal(again.Content.TrustRebuilt, third.Content.TrustRebuilt);
        Assert.NotNull(third.Content.Device);
    }

    [Fact]
    public void UnknownMemberInOurOwnFormat_MakesTheAreaUnreadable()
    {
        Provisioned();
        Replace("\"format\":1", "\"format\":1,\"stray\":7");
        Assert.Null(TrustStore.Open(disk, V1).Content.Device);
    }

    [Fact]
    public void Commit_IsOneWriteToTheOlderAreaAndOneFlush()
    {
        TrustStore store = Provisioned();
        AssertOneWriteAt(0);
        store.Change(c => c with { TrustRebuilt = true });
        Assert.Empty(disk.Log);
        store.Commit();
        AssertOneWriteAt(StatePartition.AreaBytes);
        store.Change(c => c with { TrustRebuilt = false });
        store.Commit();
        AssertOneWriteAt(0);
    }

    [Fact]
    public void Commit_OfWhatIsThere_WritesNothing()
    {
        TrustStore store = Provisioned();
        disk.Log.Clear();
        store.Commit();
        Assert.Empty(disk.Log);
        TrustStore again = TrustStore.Open(disk, V1);
        again.Commit();
        Assert.Empty(disk.Log);
    }

    [Fact]
    public void Open_ReadsBackEverything()
    {
        TrustStore store = Provisioned();
        store.Change(c => c with
        {
            Trust = c.Trust with { TimestampVersion = 5, SnapshotVersion = 6, TargetsVersion = 7, Ratchet = 8, Floor = new ReleaseVersion(1, 2, 3) },
            SetA = new SetRecord { State = SetState.Kept, Version = V1.Version, Digest = "ab", Parts = [new PartRecord("efi", 9, 65536, [1, 2])] },
            Pending = new PendingTrial { Set = SlotSet.B, Version = V1.Version, Digest = null, TrustAtKeep = c.Trust, Stage = TrialStage.Keeping, Attempts = 2, ArmedInBoot = V1.BootId },
            Last = new LastResult(V1.Version, false, 3, true),
        });
        store.Commit();

        StateContent content = TrustStore.Open(disk, V1).Content;
        Assert.Equal((5L, 6L, 7L, 8L, new ReleaseVersion(1, 2, 3)), (content.Trust.TimestampVersion, content.Trust.SnapshotVersion, content.Trust.TargetsVersion, content.Trust.Ratchet, content.Trust.Floor));
        Assert.Equal(TestRelease.Root.ToArray(), content.Trust.Root.ToArray());
        Assert.Equal((SetState.Kept, "ab"), (content.SetA!.State, content.SetA.Digest));
        Assert.Equal([1, 2], content.SetA.Parts[0].Hash);
        Assert.Equal((SlotSet.B, TrialStage.Keeping, 2, V1.BootId), (content.Pending!.Set, content.Pending.Stage, content.Pending.Attempts, content.Pending.ArmedInBoot));
        Assert.Equal(new LastResult(V1.Version, false, 3, true), content.Last);
        Assert.Equal("PM200-C", content.Device!.HardwareId());
    }

    [Fact]
    public void DelegatedVersions_AreReadBack_AndLeftOutWhereThereAreNone()
    {
        TrustStore store = Provisioned();
        Assert.DoesNotContain("delegated_versions", Encoding.UTF8.GetString(disk.Content()), StringComparison.Ordinal);
        Assert.Null(TrustStore.Open(disk, V1).Content.Trust.DelegatedVersions); // what a device without delegations has always kept
        store.Change(c => c with { Trust = c.Trust with { DelegatedVersions = ImmutableSortedDictionary<string, long>.Empty.Add("Plant_1.a", 7) } });
        store.Commit();
        Assert.Equal([KeyValuePair.Create("Plant_1.a", 7L)], TrustStore.Open(disk, V1).Content.Trust.DelegatedVersions);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(StateAreaPayload)]
    [InlineData(8)]
    [InlineData(24)]
    public void DamagedNewestArea_TheOlderOneIsTaken(int at)
    {
        TrustStore store = Provisioned();
        store.Change(c => c with { TrustRebuilt = true });
        store.Commit();
        disk.Damage(StatePartition.AreaBytes + at);
        TrustStore again = TrustStore.Open(disk, V1);
        Assert.Equal(StoreCondition.Sound, again.Condition);
        Assert.False(again.Content.TrustRebuilt);
        disk.Log.Clear();
        again.Change(c => c with { TrustRebuilt = true });
        again.Commit();
        Assert.Equal(StatePartition.AreaBytes, disk.Log[0].Offset);
    }

    [Fact]
    public void BothAreasDamaged_TrustIsRebuiltAndFactsAreLost()
    {
        TrustStore store = Provisioned();
        store.Change(c => c with { Trust = c.Trust with { Floor = new ReleaseVersion(9, 0, 0) } });
        store.Commit();
        disk.Damage(100);
        disk.Damage(StatePartition.AreaBytes + 100);
        TrustStore again = TrustStore.Open(disk, V1);
        Assert.Equal(StoreCondition.Rebuilt, again.Condition);
        Assert.True(again.Content.TrustRebuilt);
        Assert.Equal(V1.Version, again.Content.Trust.Floor);
        Assert.Equal(Refusal.State, Assert.Throws<RefusedException>(again.RequireDevice).Code);
    }

    /// <summary>Found by the enumeration: nothing was lost, so nobody has to enter service mode on the production line.</summary>
    [Fact]
    public void I07_FirstCommitThatWasCut_IsAFirstStart()
    {
        Provisioned();
        disk.Damage(100);
        TrustStore again = TrustStore.Open(disk, V1);
        Assert.Equal(StoreCondition.Fresh, again.Condition);
        Assert.False(again.Content.TrustRebuilt);
    }

    [Theory]
    [InlineData("\"trust_rebuilt\":", "\"trust_rebuild\":")]
    [InlineData("{\"format\":1,", "{\"format\":1,\"format\":1,")]
    [InlineData("\"floor\":\"1.0.0\"", "\"floor\":\"1.00.0\"")]
    [InlineData("\"set_a\":null,", "")]
    [InlineData("\"site_approvals\":{\"words\":[]}", "\"site_approvals\":{}")]
    public void PayloadThatIsNotTheFormat_IsNotUsed(string from, string to)
    {
        Provisioned();
        Replace(from, to);
        Assert.Equal(StoreCondition.Rebuilt, TrustStore.Open(disk, V1).Condition);
    }

    [Fact]
    public void NewerFormat_IsNeitherUsedNorOverwritten()
    {
        Provisioned();
        Replace("\"min_reader\":1,", "\"min_reader\":2,\"later\":true,");
        TrustStore store = TrustStore.Open(disk, V1);
        disk.Log.Clear();
        Assert.Equal(StoreCondition.NeedsNewerReader, store.Condition);
        Assert.Equal(Refusal.State, Assert.Throws<RefusedException>(store.Commit).Code);
        Assert.Equal(Refusal.State, Assert.Throws<RefusedException>(store.RequireDevice).Code);
        Assert.Empty(disk.Log);
    }

    [Fact]
    public void Commit_ThatDoesNotReadBack_IsRefusedAndKeepsTheOtherArea()
    {
        TrustStore store = Provisioned();
        store.Change(c => c with { TrustRebuilt = true });
        disk.WrongAt = StatePartition.AreaBytes + 70;
        Assert.Equal(Refusal.State, Assert.Throws<RefusedException>(store.Commit).Code);
        disk.WrongAt = -1;
        disk.Log.Clear();
        store.Commit();
        Assert.Equal(StatePartition.AreaBytes, disk.Log[0].Offset);
    }

    [Fact]
    public void DeadMedium_IsRefused()
    {
        TrustStore store = Provisioned();
        store.Change(c => c with { TrustRebuilt = true });
        disk.Dead = true;
        Assert.Equal(Refusal.State, Assert.Throws<RefusedException>(store.Commit).Code);
        Assert.Equal(StoreCondition.Rebuilt, TrustStore.Open(disk, V1).Condition);
    }

    [Fact]
    public void TooSmallPartition_IsRefused() =>
        Assert.Equal(Refusal.State, Assert.Throws<RefusedException>(() => TrustStore.Open(new VolatileDisk("s", new byte[StatePartition.MinBytes - 512], new PowerLine()), V1)).Code);

    [Fact]
    public void I08_TwoLargestRoots_FitAnArea()
    {
        TrustStore store = Provisioned();
        store.Change(c => c with { Trust = c.Trust with { Root = [.. new byte[Limits.MaxMetadataBytes]] }, Device = c.Device! with { SiteRoot = new byte[Limits.MaxMetadataBytes] } });
        store.Commit();
        Assert.Equal(Limits.MaxMetadataBytes, TrustStore.Open(disk, V1).Content.Device!.SiteRoot!.Length);
    }

    [Fact]
    public void I08_Effective_IsTheMaximumOfStateAndRunningImage_AndIsNotWritten()
    {
        Provisioned();
        RunningSystem v2 = V1 with { Version = new ReleaseVersion(2, 0, 0), Root = [1, 2], RootVersion = 2 };
        TrustStore store = TrustStore.Open(disk, v2);
        store.Change(c => c with { Trust = c.Trust with { Ratchet = 5 } });
        store.Commit();
        Assert.Equal((2, v2.Version, 0L), (store.Effective.RootVersion, store.Effective.Floor, store.Effective.Ratchet));
        Assert.Equal((1, V1.Version, 5L), (store.Content.Trust.RootVersion, store.Content.Trust.Floor, store.Content.Trust.Ratchet));
        Assert.Equal(V1.Version, TrustStore.Open(disk, V1).Effective.Floor);
    }

    private const int StateAreaPayload = 64;

    private TrustStore Provisioned()
    {
        TrustStore store = TrustStore.Open(disk, V1);
        store.Change(c => c with { Device = Machine.TestDevice });
        store.Commit();
        return store;
    }

    private void AssertOneWriteAt(long offset)
    {
        Assert.Equal([offset, -1], disk.Log.Select(l => l.Offset));
        Assert.Equal(0, disk.Log[0].Length % 4096);
        disk.Log.Clear();
    }

    private void Replace(string from, string to)
    {
        byte[] area = new byte[StatePartition.AreaBytes];
        disk.ReadAt(0, area);
        string json = Encoding.UTF8.GetString(StateArea.Decode(area)!.Value.Payload);
        Assert.Contains(from, json, StringComparison.Ordinal);
        disk.WriteAt(0, StateArea.Encode(1, Encoding.UTF8.GetBytes(json.Replace(from, to, StringComparison.Ordinal))));
        disk.Flush();
    }
}
