using Gatekeeper.Rig;

namespace Gatekeeper.Demo;

/// <summary><c>firmware/demo --interactive</c>: a running device and a hand for its ports.</summary>
internal sealed class Prompt(Workshop workshop, Timeline timeline)
{
    private readonly Stack<Plugged> inPorts = new();
    private int pictures;
    private int port;

    private Device Device => workshop.Device;

    /// <summary>Reads commands until quit or the end of input.</summary>
    public async Task RunAsync()
    {
        Help();
        while (true)
        {
            Console.Write("> ");
            string[] words = (Console.ReadLine() ?? "quit").Split(' ', 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (words is ["quit" or "exit"])
            {
                return;
            }
            try
            {
                await DoAsync(words);
            }
            catch (Exception failed) when (failed is RigException or QmpException && !Device.Qemu.HasExited)
            {
                Console.WriteLine($"error: {failed.Message}");
            }
        }
    }

    private async Task DoAsync(string[] words)
    {
        switch (words)
        {
            case []:
                break;
            case ["plug", "keyboard"]:
                inPorts.Push(await Device.Qemu.PlugAsync("usb-kbd", NextPort()));
                timeline.Say("plugged in: a keyboard");
                break;
            case ["plug", string what]:
                string image = await workshop.StickAsync(what);
                inPorts.Push(await Device.Qemu.PlugStickAsync(image, NextPort()));
                timeline.Say($"plugged in: {what}");
                break;
            case ["unplug"] when inPorts.TryPop(out Plugged? last):
                await Device.Qemu.UnplugAsync(last);
                timeline.Say("pulled out");
                break;
            case ["unplug"]:
                Console.WriteLine("nothing is plugged in");
                break;
            case ["screenshot"]:
                Console.WriteLine((await Device.Screen.ShotAsync()).Save($"interactive-{++pictures}"));
                break;
            case ["status" or "slots" or "log" or "doctor"]:
                Console.WriteLine((await Device.Shell.TryAsync($"gatekeeper {words[0]}")).Output);
                break;
            default:
                Help();
                break;
        }
    }

    // Another identity on the same port within two seconds is itself refused (I10), so ports are used in turn.
    private int NextPort() => (port++ % 8) + 1;

    private void Help()
        => Console.WriteLine($"plug {string.Join('|', workshop.Sticks)}|keyboard|FILE, unplug, screenshot, status, slots, log, doctor, quit");
}
