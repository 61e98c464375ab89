using Gatekeeper.Linux.Sandbox;
using Gatekeeper.Linux.Sockets;
using Gatekeeper.Linux.Usb;
using Gatekeeper.Stick.Boundary;
using Gatekeeper.Stick.Transport;
using Microsoft.Win32.SafeHandles;

namespace Gatekeeper.Linux.Processes;

/// <summary><c>gatekeeperd stick-pump</c>: waits for a stick's descriptor, then reads what it is asked for, until its socket ends. It knows no file system.</summary>
public static class PumpProgram
{
    /// <summary>Runs to the end.</summary>
    /// <param name="socket">Number of the inherited socket, 3.</param>
    /// <returns>Exit code: 0 when gatekeeperd ended it, 1 when something else did.</returns>
    public static int Run(int socket)
    {
        using var channel = new UnixChannel(socket);
        try
        {
            LibUsbPipe.Initialize();
            Confinement.EnterPump();
            using SafeFileHandle usbfs = channel.ReceiveFd(out _);
            LibUsbPipe? pipe = null;
            try
            {
                PumpServer.Serve(new FrameChannel(channel), stick =>
                {
                    var clock = new MonotonicClock();
                    pipe = LibUsbPipe.Open(usbfs, stick);
                    return ScsiReader.Open(new BulkOnlyTransport(pipe, clock), clock, stick.Speed);
                });
            }
            finally
            {
                pipe?.Dispose();
            }

            return 0;
        }
        catch (EndOfStreamException)
        {
            return 0;
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            return 1;
        }
    }
}

/// <summary><c>gatekeeperd stick-walker</c>: waits for a stick's geometry, finds release files, answers, ends. It holds no device.</summary>
public static class WalkerProgram
{
    /// <summary>Runs to the end.</summary>
    /// <param name="socket">Number of the inherited socket, 3.</param>
    /// <returns>Exit code: 0 when the walk was answered or not wanted any more, 1 when something else ended it.</returns>
    public static int Run(int socket)
    {
        using var channel = new UnixChannel(socket);
        try
        {
            Confinement.EnterWalker();
            WalkerServer.Serve(new FrameChannel(channel));
            return 0;
        }
        catch (EndOfStreamException)
        {
            return 0;
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            return 1;
        }
    }
}
