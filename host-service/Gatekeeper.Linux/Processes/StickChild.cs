using Gatekeeper.Linux.Sockets;
using Gatekeeper.Linux.Usb;
using Gatekeeper.PortGate;
using Gatekeeper.Release;
using Gatekeeper.Stick;
using Gatekeeper.Stick.Boundary;

namespace Gatekeeper.Linux.Processes;

/// <summary>A pump or a walker for one stick: the process and our end of its socket. Started before a stick comes, because starting takes time.</summary>
public sealed class StickChild : IDisposable
{
    /// <summary>First argument that makes gatekeeperd a pump.</summary>
    public const string PumpRole = "stick-pump";

    /// <summary>First argument that makes gatekeeperd a walker.</summary>
    public const string WalkerRole = "stick-walker";

    /// <summary>Number of the socket in the child.</summary>
    public const int Socket = 3;

    private StickChild(ChildProcess process, UnixChannel channel)
    {
        Process = process;
        Channel = channel;
    }

    /// <summary>The process.</summary>
    public ChildProcess Process { get; }

    /// <summary>Our end of its socket.</summary>
    public UnixChannel Channel { get; }

    /// <summary>True while it runs.</summary>
    public bool IsAlive => !Process.WaitForEnd(0);

    /// <summary>Starts this program anew in another role.</summary>
    /// <param name="launcher">Of the role's user.</param>
    /// <param name="role"><see cref="PumpRole"/> or <see cref="WalkerRole"/>.</param>
    /// <param name="prefix">Arguments before the role, when this program runs under another one (dotnet, in development).</param>
    /// <exception cref="LinuxException">It was not started.</exception>
    public static StickChild Start(ChildLauncher launcher, string role, params string[] prefix)
    {
        (UnixChannel ours, UnixChannel theirs) = UnixChannel.Pair();
        using (theirs)
        {
            try
            {
                ChildProcess process = launcher.Start(new ChildSpec { Arguments = ["gatekeeperd", .. prefix, role], Socket = theirs });

                // By us: the thread that starts children may write no file, this one neither.
                ControlGroup.Own.Enter(process.Id);
                return new StickChild(process, ours);
            }
            catch
            {
                ours.Dispose();
                throw;
            }
        }
    }

    /// <summary>Hands a claimed stick to a waiting pump.</summary>
    /// <exception cref="RefusedException">The stick was refused, or the pump is gone.</exception>
    public PumpClient OpenStick(UsbfsNode node, AcceptedDevice device, IStickClock clock)
    {
        try
        {
            Channel.SendFd(node.Handle, (byte)'d');
        }
        catch (IOException)
        {
            throw new RefusedException(Refusal.StickGone, "the pump is gone");
        }

        return PumpClient.Open(Channel, device, clock);
    }

    /// <summary>Closes the socket, which ends a child that listens, and kills one that does not.</summary>
    public void Dispose()
    {
        Channel.Dispose();
        if (!Process.WaitForEnd(Limits.ChildEndMilliseconds))
        {
            Process.Kill();
        }

        Process.Dispose();
    }
}
