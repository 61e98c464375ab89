using System.Net.Sockets;
using Gatekeeper.Kiosk;
using Gatekeeper.Kiosk.Drawing;
using Gatekeeper.Kiosk.Strings;
using Gatekeeper.Linux.Screen;
using Gatekeeper.Update.Status;

// gatekeeper-kiosk: shows the status of the update service on the device's screen. Unprivileged, no network, no shell, writes no file.
// Exit codes: 0 never (it runs until it is ended), 2 wrong usage.
string socketPath = StatusProtocol.SocketPath;
string cardPath = DrmScreen.DefaultPath;
string framebufferPath = FramebufferScreen.DefaultPath;
for (int i = 0; i < args.Length; i += 2)
{
    if (i + 1 < args.Length && args[i] == "--socket")
    {
        socketPath = args[i + 1];
    }
    else if (i + 1 < args.Length && args[i] == "--card")
    {
        cardPath = args[i + 1];
    }
    else if (i + 1 < args.Length && args[i] == "--framebuffer")
    {
        framebufferPath = args[i + 1];
    }
    else
    {
        Console.Error.WriteLine($"error: unknown argument {args[i]}");
        Console.Error.WriteLine("hint: gatekeeper-kiosk [--socket PATH] [--card PATH] [--framebuffer PATH]");
        return 2;
    }
}

TimeSpan retry = TimeSpan.FromSeconds(0.5);
using DeviceScreen screen = new(cardPath, framebufferPath, Console.Error);
(string? Language, PageBuilder Builder)? spoken = null;

while (true)
{
    using (StatusClient? client = StatusClient.TryConnect(socketPath))
    {
        if (client is not null)
        {
            KioskSession session = new(Speak, screen, client.Send);
            try
            {
                while (client.Receive(session.IsPending ? retry : Timeout.InfiniteTimeSpan, session.Take))
                {
                    session.Show();
                }
            }
            catch (SocketException)
            {
                // The service went away while it was answered. The same as a closed connection.
            }

            session.Lost();
        }
    }

    Thread.Sleep(retry);
}

// The service names the language with its first status, long before there is anything to show. Fonts and code are loaded by the
// first drawing: done then, into nowhere, so that a technician with a stick does not wait for it.
PageBuilder Speak(string? language)
{
    if (spoken is not { } known || known.Language != language)
    {
        PageBuilder builder = new(Texts.Load(language, Console.Error));
        using Picture nowhere = new(320, 200);
        PagePainter.Draw(nowhere, builder.Build(new StatusMessage { State = StatusState.Done, Product = "-", Running = "0.0.0", CanPull = true })!);
        spoken = known = (language, builder);
    }

    return known.Builder;
}
