using Gatekeeper.Crash.Tests.Model;
using Gatekeeper.Release;
using Gatekeeper.Update;
using Gatekeeper.Update.Tests.Model;

namespace Gatekeeper.Crash.Tests.Scenarios;

/// <summary>Installs and what belongs to them: the switch, the trial, the keep.</summary>
internal static class Installs
{
    public static readonly TestRelease V1 = Release(1);
    public static readonly TestRelease V2 = Release(2);
    public static readonly TestRelease V3 = Release(3);
    public static readonly TestRelease V4 = Release(4);

    public static Scenario First => new()
    {
        Name = "first install and keep",
        Start = Factory,
        Act = board => StartUp.Settle(board, V2),
        Old = V1,
        Next = V2,
        Further = V3,
        Installs = true,
    };

    public static Scenario Later => new()
    {
        Name = "later install and keep",
        Start = Updated,
        Act = board => StartUp.Settle(board, V3),
        Old = V2,
        Next = V3,
        Further = V4,
        Installs = true,
    };

    /// <summary>The release that runs is installed again, because the idle set was found damaged.</summary>
    public static Scenario Repair => new()
    {
        Name = "repair of a damaged idle set",
        Start = () => Damaged(Updated(), SlotSet.A),
        Act = board =>
        {
            (Unit unit, _) = StartUp.Run(board)!.Value;
            unit.Installer.Try(unit.Installer.Install(V2.Verified, V2));
            StartUp.Run(board)!.Value.Unit.Keeper.Keep();
        },
        Lost = SlotSet.A,
        Old = V2,
        Next = V2,
        Further = V3,
        Installs = true,
    };

    /// <summary>The running set answered that it is not healthy: the device goes back, and the release is installed once more.</summary>
    public static Scenario Failed => new()
    {
        Name = "trial that fails, and the next attempt",
        Start = Factory,
        Act = board =>
        {
            (Unit unit, _) = StartUp.Run(board)!.Value;
            unit.Installer.Try(unit.Installer.Install(V2.Verified, V2));
            StartUp.Run(board)!.Value.Unit.Keeper.Fail("health");
            StartUp.Settle(board, V2);
        },
        OnRecord = [new("trial-failed", (_, now) => now.Last is { Installed: false })],
        Old = V1,
        Next = V2,
        Further = V3,
        Installs = true,
    };

    /// <summary>Nobody answers three times; the device falls back and stays there.</summary>
    public static Scenario FallBack => new()
    {
        Name = "three trials without an answer",
        OnRecord = [new("trial-no-answer", (_, now) => now.Last is { Installed: false }, Limits.MaxTrialAttempts)],
        Start = Factory,
        Act = board =>
        {
            (Unit unit, _) = StartUp.Run(board)!.Value;
            unit.Installer.Try(unit.Installer.Install(V2.Verified, V2));
            for (int attempt = 1; attempt <= Limits.MaxTrialAttempts; attempt++)
            {
                StartUp.Run(board);
                (Unit back, TrialSituation situation) = StartUp.Run(board)!.Value;
                if (situation == TrialSituation.TryAgain)
                {
                    back.Installer.Try(back.Installer.Recheck(SlotSet.B));
                }
            }
        },
        Old = V1,
        Next = V2,
        Further = V3,
    };

    /// <summary>The kept set became unreadable: the firmware starts the other one, which takes over.</summary>
    public static Scenario TakeOver => new()
    {
        Name = "fall-back takes over from an unreadable set",
        Start = () =>
        {
            Board board = Updated();
            board.Refuse(SlotSet.B);
            return board;
        },
        Act = board => StartUp.Run(board),
        Lost = SlotSet.B,
        Old = V1,
        Next = V3,
        Further = V4,
    };

    /// <summary>A device as it leaves the factory: version 1 in set a, nothing in b, provisioned.</summary>
    public static Board Factory()
    {
        Board board = Filled();
        new UefiBootControl(board.Efi, Board.Layout).Provision(SlotSet.A, otherIsFallback: false);
        (Unit unit, _) = StartUp.Run(board)!.Value;
        unit.Installer.AdoptRunning();
        unit.Commit(c => c with { Device = Facts, Format = 1, MinReader = 1 });
        return board;
    }

    /// <summary>The same before it is provisioned: no boot entry, no state.</summary>
    public static Board Filled()
    {
        Board board = Board.Blank(V1, V2, V3, V4);
        board.Part(SlotSet.A, SlotPart.Efi).WriteAt(0, V1.Efi);
        board.Part(SlotSet.A, SlotPart.System).WriteAt(0, V1.System);
        return board;
    }

    /// <summary>Version 2 in set b, kept; version 1 in set a as its fall-back.</summary>
    public static Board Updated()
    {
        Board board = Factory();
        StartUp.Settle(board, V2);
        return board;
    }

    public static DeviceRecord Facts { get; } = new() { Id = "SN-0001", Model = "PM200", HardwareRevision = "C", Keys = [], SiteRoot = null };

    private static Board Damaged(Board board, SlotSet set)
    {
        byte[] bytes = new byte[Sector.Bytes];
        Array.Fill(bytes, (byte)0x77);
        board.Part(set, SlotPart.System)[3] = Sector.Of(bytes);
        board.Part(set, SlotPart.Efi)[0] = null; // and the firmware finds no file system, else it would offer a damaged set
        return board;
    }

    private static TestRelease Release(ushort major) => new(new ReleaseVersion(major, 0, 0), Board.EfiBytes, Board.SystemBytes);
}
