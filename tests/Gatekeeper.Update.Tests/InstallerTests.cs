using System.Security.Cryptography;
using Gatekeeper.Release;
using Gatekeeper.Update.Tests.Model;

namespace Gatekeeper.Update.Tests;

/// <summary>An install that may be done: which bytes are written where and in which order, and what is left when it is broken off.</summary>
public sealed class InstallerTests
{
    private static readonly TestRelease V1 = new(new ReleaseVersion(1, 0, 0));
    private static readonly TestRelease V2 = new(new ReleaseVersion(2, 0, 0));
    private readonly Machine machine = Machine.Factory(V1, V2);

    [Fact]
    public void Install_WritesVerifiedBytesAndNothingBehindThem()
    {
        VolatileDisk system = machine.Part(SlotSet.B, SlotPart.System);
        byte[] before = [.. Enumerable.Repeat((byte)0xEE, (int)system.Length)];
        system.WriteAt(0, before);
        system.Flush();
        Device device = machine.Start();
        WrittenSlot slot = device.Installer.Install(V2.Verified, V2);
        Assert.True(machine.Holds(SlotSet.B, V2));
        Assert.Equal(before[V2.System.Length..], system.Content()[V2.System.Length..]);
        Assert.Equal(SlotSet.B, slot.Set);
        SetRecord record = TrustStore.Open(machine.State, device.Running).Content.SetB!;
        Assert.Equal((SetState.Complete, V2.Verified.Digest), (record.State, record.Digest));
        PartRecord efi = record.Parts.Single(p => p.Part == "efi");
        byte[] hashes = [.. V2.Efi.Chunk(TestRelease.ChunkSize).SelectMany(SHA256.HashData)];
        Assert.Equal((V2.Efi.Length, TestRelease.ChunkSize), (efi.ImageSize, efi.ChunkSize));
        Assert.Equal(SHA256.HashData(hashes), efi.Hash);
        Assert.Empty(machine.Efi.Numbers("BootNext"));
    }

    [Fact]
    public void I06_OnlyTheIdleSetIsWritten_UnbootableFirst_HeadLast()
    {
        machine.Keep(V2); // set b runs and is kept, a is its fallback: the idle set is bootable
        TestRelease v3 = new(new ReleaseVersion(3, 0, 0));
        Device device = machine.Start();
        int running = machine.Part(SlotSet.B, SlotPart.Efi).Writes + machine.Part(SlotSet.B, SlotPart.System).Writes;
        VolatileDisk efi = machine.Part(SlotSet.A, SlotPart.Efi);
        VolatileDisk system = machine.Part(SlotSet.A, SlotPart.System);
        efi.Log.Clear();
        system.Log.Clear();
        machine.Efi.Changes.Clear();
        device.Installer.Install(v3.Verified, v3);
        Assert.Equal(running, machine.Part(SlotSet.B, SlotPart.Efi).Writes + machine.Part(SlotSet.B, SlotPart.System).Writes);
        Assert.Equal(["BootOrder"], machine.Efi.Changes);
        Assert.Equal([0x0101], machine.Efi.Numbers("BootOrder"));
        (long, int)[] destroyed = [(0, 512), (-1, 0), (512, Limits.EfiHeadBytes - 512), (-1, 0)];
        Assert.Equal(destroyed, efi.Log[..4]);
        (long, int)[] last = [(512, Limits.EfiHeadBytes - 512), (-1, 0), (0, 512), (-1, 0)];
        Assert.Equal(last, efi.Log[^4..]);
        Assert.DoesNotContain(efi.Log[4..^4], l => l.Offset is >= 0 and < Limits.EfiHeadBytes);
        Assert.Equal((-1, 0), system.Log[^1]);
    }

    [Fact]
    public void I06_BeforeTheFirstByte_TheIdleSetIsUnbootable()
    {
        machine.Keep(V2);
        TestRelease v3 = new(new ReleaseVersion(3, 0, 0));
        Device device = machine.Start();
        machine.Part(SlotSet.A, SlotPart.Efi).Log.Clear();

        // Cut in the first operation on the idle set: record and boot record must say unbootable by then.
        for (int at = 1; machine.Part(SlotSet.A, SlotPart.Efi).Log.Count == 0; at++)
        {
            Machine copy = machine.Copy();
            copy.Line.Reset(at);
            Device again = copy.Restart(SlotSet.B, V2);
            Assert.Throws<PowerCutException>(() => again.Installer.Install(v3.Verified, v3));
            if (copy.Part(SlotSet.A, SlotPart.Efi).Log.Count > 0)
            {
                copy.Lose(_ => false);
                Assert.Equal([0x0101], copy.Efi.Numbers("BootOrder"));
                Assert.Equal(SetState.Unbootable, TrustStore.Open(copy.State, device.Running).Content.SetA!.State);
                Assert.Contains(AuditLog.Read(copy.State), e => e.Event == "install");
                return;
            }
        }
    }

    [Fact]
    public void I04_DamagedChunk_IsRefusedBeforeItIsWritten_AndTheSetStaysUnbootable()
    {
        Device device = machine.Start();
        var bad = new TestRelease(new ReleaseVersion(2, 0, 0));
        bad.WrongAt = bad.Payload(SlotPart.System).FileOffset + bad.Payload(SlotPart.System).Chunks[3].StoredOffset + 5;
        Assert.Equal(Refusal.FileDamaged, Assert.Throws<RefusedException>(() => device.Installer.Install(bad.Verified, bad)).Code);
        byte[] written = machine.Part(SlotSet.B, SlotPart.System).Content();
        Assert.Equal(bad.System[..(3 * TestRelease.ChunkSize)], written[..(3 * TestRelease.ChunkSize)]);
        Assert.DoesNotContain(written[(3 * TestRelease.ChunkSize)..], b => b != 0);
        Assert.Equal(SetState.Unbootable, device.Trust.Content.SetB!.State);
        Assert.Equal(V1, machine.Start().Release);
    }

    [Fact]
    public void I04_EachStoredByteIsReadOnce()
    {
        Device device = machine.Start();
        var source = new TestRelease(new ReleaseVersion(2, 0, 0));
        device.Installer.Install(source.Verified, source);
        Assert.Equal(source.Verified.Payloads.Sum(p => p.StoredLength), source.Reads.Sum(r => (long)r.Length));
    }

    [Theory]
    [InlineData(SlotPart.System, 70_000)]
    [InlineData(SlotPart.Efi, 70_000)]
    [InlineData(SlotPart.Efi, 10)]
    public void ReadBackThatDiffers_IsRefused_AndTheSetStaysUnbootable(SlotPart part, long at)
    {
        machine.Part(SlotSet.B, part).WrongAt = at;
        Device device = machine.Start();
        Assert.Equal(Refusal.SlotMedium, Assert.Throws<RefusedException>(() => device.Installer.Install(V2.Verified, V2)).Code);
        Assert.Equal(SetState.Unbootable, device.Trust.Content.SetB!.State);
        Assert.Equal(V1, machine.Start().Release);
    }

    [Fact]
    public void I07_IdleMediumDead_IsRefused_AndTheOldSetBoots()
    {
        Device device = machine.Start();
        machine.Part(SlotSet.B, SlotPart.System).Dead = true;
        Assert.Equal(Refusal.SlotMedium, Assert.Throws<RefusedException>(() => device.Installer.Install(V2.Verified, V2)).Code);
        Assert.Equal(V1, machine.Start().Release);
    }

    [Fact]
    public void Stop_AtEveryStep_LeavesNothingHalfDone()
    {
        for (int steps = 1; ; steps++)
        {
            Machine copy = machine.Copy();
            Device device = copy.Start();
            using var stop = new CancellationTokenSource();
            int seen = 0;
            try
            {
                device.Installer.Install(V2.Verified, V2, _ =>
                {
                    if (++seen == steps)
                    {
                        stop.Cancel();
                    }
                }, stop.Token);
            }
            catch (OperationCanceledException)
            {
            }

            Assert.Equal(V1, copy.Start().Release);
            if (seen < steps)
            {
                Assert.InRange(steps, 20, 60);
                return;
            }

            Device again = copy.Restart(SlotSet.A, V1);
            again.Installer.Recover();
            Assert.Equal([0x0100], copy.Efi.Numbers("BootOrder"));
            again.Installer.Install(V2.Verified, V2);
            Assert.True(copy.Holds(SlotSet.B, V2));
        }
    }

    [Fact]
    public void Progress_RisesToAHundred()
    {
        var seen = new List<InstallProgress>();
        machine.Start().Installer.Install(V2.Verified, V2, seen.Add);
        Assert.Equal(seen.Select(p => p.Done).Order(), seen.Select(p => p.Done));
        Assert.Equal(100, seen[^1].Percent);
        Assert.Equal([InstallPhase.CheckingRunning, InstallPhase.Writing, InstallPhase.ReadingBack], seen.Select(p => p.Phase).Distinct());
    }
}
