namespace Gatekeeper.Rig;

/// <summary>
/// In gatekeeperd's place on the status socket of a guest: plays any status to the real kiosk, which draws it on the real screen. For
/// pictures of pages whose causes take minutes; what causes them is shown by the tests of the flow.
/// </summary>
public sealed class StatusPlayer
{
    private const string Fifo = "/tmp/status-fifo";
    private readonly Device device;

    private StatusPlayer(Device device) => this.device = device;

    /// <summary>Takes the service away for good and the player in its place. The kiosk and the device's program connect to it by themselves.</summary>
    /// <param name="device">A guest that is thrown away afterwards.</param>
    /// <param name="scratch">A folder on the host for the compiled program.</param>
    public static async Task<StatusPlayer> StartAsync(Device device, string scratch)
    {
        string program = await GuestProgram.PutAsync(device, "status-player", scratch);
        const string service = "/usr/lib/gatekeeper/gatekeeperd";
        await device.Shell.RunAsync($"""
            mv {service} {service}.away
            {GuestScripts.ForEachService("", "kill -9 $p")}
            sleep 1
            {program} /run/gatekeeper/status.sock {Fifo} > /tmp/status-player.log 2>&1 &
            sleep 1
            if ! pidof status-player; then cat /tmp/status-player.log; exit 1; fi
            """, TimeSpan.FromSeconds(60));
        return new StatusPlayer(device);
    }

    /// <summary>Sends a status line to the kiosk, and to each kiosk that connects later.</summary>
    /// <param name="line">One line of the protocol with its line feed.</param>
    public async Task PlayAsync(ReadOnlyMemory<byte> line)
    {
        await device.Shell.PutFileAsync("/tmp/status-line", line);
        await device.Shell.RunAsync($"cat /tmp/status-line > {Fifo}");
    }
}
