using System.Buffers.Binary;
using Gatekeeper.Linux.Processes;
using Gatekeeper.Linux.Sandbox;
using Gatekeeper.Linux.Sockets;

namespace Gatekeeper.Linux.Tests.Sandbox;

/// <summary>A pump or a walker that was taken over: confined as the real one is, then it does what it is told, on a thread-pool thread that was there before.</summary>
internal static class Captive
{
    public const string Role = "captive";

    /// <summary>Confined as a pump.</summary>
    public const string Pump = "pump";

    /// <summary>Confined as a walker.</summary>
    public const string Walker = "walker";

    /// <summary>Confined as a walker, and deaf.</summary>
    public const string Stubborn = "stubborn";

    /// <summary>Only what the launcher did.</summary>
    public const string Launched = "launched";

    public static int Run(string how)
    {
        using var channel = new UnixChannel(StickChild.Socket);
        using var ready = new ManualResetEventSlim();
        using var confined = new ManualResetEventSlim();
        Task pool = Task.Run(() =>
        {
            ready.Set();
            confined.Wait();
            Serve(channel, how == Stubborn);
        });
        ready.Wait();

        // Nothing can be loaded later, and the acts are not the product's.
        _ = Acts.All[^1].Do();
        switch (how)
        {
            case Pump:
                Confinement.EnterPump();
                break;
            case Walker or Stubborn:
                Confinement.EnterWalker();
                break;
        }

        confined.Set();
        pool.Wait();
        return 0;
    }

    private static void Serve(UnixChannel channel, bool deaf)
    {
        channel.Send("r"u8, -1);
        while (deaf)
        {
            Thread.Sleep(100);
        }

        byte[] number = new byte[4];
        byte[] result = new byte[8];
        while (true)
        {
            try
            {
                channel.Receive(number, -1);
            }
            catch (EndOfStreamException)
            {
                return;
            }

            BinaryPrimitives.WriteInt64LittleEndian(result, Acts.All[BinaryPrimitives.ReadInt32LittleEndian(number)].Do());
            channel.Send(result, -1);
        }
    }
}

/// <summary>Stands in for gatekeeperd, to be killed: starts a deaf captive and says its number.</summary>
internal static class Keeper
{
    public const string Role = "keeper";

    public static int Run()
    {
        using var bench = new SandboxBench();
        using SandboxBench.Confined child = bench.StartCaptive(Captive.Stubborn);
        Console.WriteLine(child.Process.Id);
        Thread.Sleep(Timeout.Infinite);
        return 0;
    }
}
