using Gatekeeper.Linux.Screen;
using Gatekeeper.Update.Status;

namespace Gatekeeper.SampleApp;

/// <summary>The command line.</summary>
internal sealed record Options
{
    public bool Steady { get; init; }

    public string CardPath { get; init; } = DrmScreen.DefaultPath;

    public string SocketPath { get; init; } = StatusProtocol.SocketPath;

    /// <summary>Where the system image holds this program's files: read-only, verified by the kernel at every read.</summary>
    public string ImageFolder { get; init; } = "/usr/share/sample-app";

    /// <summary>Where the program may write.</summary>
    public string DataFolder { get; init; } = "/data/app";

    internal static Options? Parse(string[] args)
    {
        Options options = new();
        for (int i = 0; i < args.Length; i++)
        {
            string? value = i + 1 < args.Length ? args[i + 1] : null;
            switch (args[i])
            {
                case "--steady":
                    options = options with { Steady = true };
                    continue;
                case "--card" when value is not null:
                    options = options with { CardPath = value };
                    break;
                case "--socket" when value is not null:
                    options = options with { SocketPath = value };
                    break;
                case "--image" when value is not null:
                    options = options with { ImageFolder = value };
                    break;
                case "--data" when value is not null:
                    options = options with { DataFolder = value };
                    break;
                default:
                    Console.Error.WriteLine($"error: unknown argument {args[i]}");
                    Console.Error.WriteLine("hint: sample-app [--steady] [--card PATH] [--socket PATH] [--image PATH] [--data PATH]");
                    return null;
            }

            i++;
        }

        return options;
    }
}
