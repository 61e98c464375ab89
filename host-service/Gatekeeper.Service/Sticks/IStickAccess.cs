using Gatekeeper.PortGate;
using Gatekeeper.Release;
using Gatekeeper.Stick;
using Gatekeeper.Stick.FileSystems;

namespace Gatekeeper.Service.Sticks;

/// <summary>Opens accepted sticks: the one place where a device is authorized for us.</summary>
internal interface IStickAccess
{
    /// <summary>Authorizes the device, compares it again, and hands it to a pump.</summary>
    /// <exception cref="RefusedException">It changed, or it does not answer as a storage stick does; it is deauthorized again.</exception>
    IOpenStick Open(AcceptedDevice device);
}

/// <summary>A stick that is being read. Disposing deauthorizes interface and device before the handle is closed (I10); twice does no harm.</summary>
internal interface IOpenStick : IDisposable
{
    /// <summary>Its sectors, through the pump.</summary>
    ISectorSource Sectors { get; }

    /// <summary>Bytes of one read when the stick failed at larger ones, else null.</summary>
    int? PartBytes { get; }

    /// <summary>The verdict is given: from now on only each read is bounded in time, not the whole (I11).</summary>
    void LiftDeadline();

    /// <summary>Asks the walker where release files lie.</summary>
    /// <exception cref="RefusedException">Nothing to read, or the stick failed.</exception>
    IReadOnlyList<StickFile> Find();
}
