using System.Globalization;
using Gatekeeper.PortGate;
using Gatekeeper.Release;
using Gatekeeper.Release.Permits;
using Gatekeeper.Service.Papers;
using Gatekeeper.Service.Status;
using Gatekeeper.Service.Sticks;
using Gatekeeper.Update;

namespace Gatekeeper.Service;

/// <summary>
/// The flow of one stick, top to bottom (DESIGN §2). Each line takes what the line before has proved; a refusal anywhere ends it:
/// on record first, then told if it may be told, then the stick is deauthorized.
/// </summary>
internal sealed class StickSession(IStickAccess access, ReleaseDesk desk, UpdateFlow update, ChallengeDesk challenges, AuditLog audit, Teller teller)
{
    /// <summary>Reads a candidate and does what it asks for, if that is proved. Blocks until the stick is of no more interest.</summary>
    /// <param name="device">A plain storage stick, as its descriptors say.</param>
    /// <param name="gone">Set when the stick was pulled.</param>
    internal void Run(AcceptedDevice device, CancellationToken gone)
    {
        IOpenStick? stick = null;
        bool verified = false;
        try
        {
            audit.Append("candidate", $"device {device.DeviceNumber}, speed {device.Speed}", device.Name);
            stick = access.Open(device);                                        // PortGate: authorized, compared again, handed to the pump
            Judgement judged = desk.Judge(stick.Sectors, stick.Find());         // Stick: walker; Release: VerifiedRelease
            if (judged.Taken is { } taken)
            {
                audit.Append("taken", TakenCatalogue.Of(taken).Code, device.Name);
                teller.Taken(taken, device.Name);
                return;
            }

            Offer offer = judged.Offer!;

            audit.Append("accepted", $"version {offer.Release.Version} digest {offer.Release.Digest}{(offer.Release.Expired ? " expired" : "")}", device.Name);
            verified = true;
            stick.LiftDeadline();
            update.Run(offer, stick, device.Name, gone);                        // Update: stage, WrittenSlot, try, restart
        }
        catch (RefusedException refused)
        {
            // The device number keeps two sticks apart that are refused for the same reason within the minute in which repeats are counted.
            audit.AppendRefusal("refused", refused.Code, device.Name, $"device {device.DeviceNumber}: {refused.Detail}{InParts(stick)}");
            teller.Refused(refused, device.Name, verified);
            if (refused is { Code: Refusal.TooOld, Release.Digest: { } digest } && teller.InServiceMode)
            {
                challenges.Open(PermitAction.Downgrade, digest, port: null); // with a person at the device, a permit may allow it after all
            }
        }
        catch (OperationCanceledException)
        {
            audit.Append("stopped", "the service stops, or the stick was pulled while the device was in use", device.Name);
            teller.Idle();
        }
        finally
        {
            stick?.Dispose();
        }
    }

    /// <summary>For the audit log: a stick that failed at large reads and was read in smaller ones. Empty for every other.</summary>
    internal static string InParts(IOpenStick? stick) =>
        stick?.PartBytes is { } bytes ? string.Create(CultureInfo.InvariantCulture, $", read in parts of {bytes / 1024} KiB") : "";
}
