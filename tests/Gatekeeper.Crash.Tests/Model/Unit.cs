using Gatekeeper.Update;
using Gatekeeper.Update.Tests.Model;

namespace Gatekeeper.Crash.Tests.Model;

/// <summary>The parts of a service that has been started on a board, opened in the order of DeviceOpener.</summary>
internal sealed class Unit
{
    /// <param name="board">The machine.</param>
    /// <param name="set">The set that runs; null: the factory's own means have started it.</param>
    /// <param name="release">What runs.</param>
    public Unit(Board board, SlotSet? set, TestRelease release)
    {
        Board = board;
        Release = release;
        Running = new RunningSystem(set, release.Verified.Version, TestRelease.Root, 1, new Guid(board.Boots, 0, 0, new byte[8]));
        Audit = AuditLog.Open(board.StateDisk, Running.BootId, new StoppedClock());
        Trust = TrustStore.Open(board.StateDisk, Running);
        Boot = new UefiBootControl(board.Efi, Board.Layout);
        Installer = new Installer(board.Slots, Boot, Trust, Audit, Running, new NotInUse());
        Keeper = new TrialKeeper(Boot, Trust, Audit, Running);
    }

    public Board Board { get; }

    public TestRelease Release { get; }

    public RunningSystem Running { get; }

    public AuditLog Audit { get; }

    public TrustStore Trust { get; }

    public UefiBootControl Boot { get; }

    public Installer Installer { get; }

    public TrialKeeper Keeper { get; }

    public void Commit(Func<StateContent, StateContent> change)
    {
        Trust.Change(change);
        Trust.Commit();
    }

    private sealed class NotInUse : IInUse
    {
        public bool InUse => false;
    }

    internal sealed class StoppedClock : IAuditClock
    {
        public long UptimeMs => 1000;

        public long WallSeconds => 0;
    }
}
