using System.CommandLine;
using Gatekeeper.Release;

namespace Gatekeeper.TufClient;

/// <summary>The command line, in the shape that the public TUF conformance suite asks of a client.</summary>
public static class ClientCommands
{
    private const int Good = 0;
    private const int Bad = 1;

    /// <summary>Runs one command.</summary>
    /// <param name="args">The arguments.</param>
    /// <param name="output">Where what was done goes.</param>
    /// <param name="errors">Where <c>error:</c> and <c>hint:</c> lines go.</param>
    /// <param name="clock">Judges expiry.</param>
    /// <returns>0 when all was done, else 1.</returns>
    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter errors, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(errors);
        try
        {
            ParseResult parse = Build(output, clock).Parse(args);
            int code = await parse.InvokeAsync(new InvocationConfiguration { Output = output, Error = errors, EnableDefaultExceptionHandler = false }).ConfigureAwait(false);
            return code == Good ? Good : Bad;
        }
        catch (RefusedException refusal)
        {
            errors.WriteLine($"error: refused: {refusal.Detail}");
            errors.WriteLine($"hint: {Hint(refusal.Code)}");
        }
        catch (ClientException fault)
        {
            errors.WriteLine($"error: {fault.Message}");
            errors.WriteLine($"hint: {fault.Hint}");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            errors.WriteLine($"error: {fault.Message}");
            errors.WriteLine("hint: look at the folders that were named");
        }

        return Bad;
    }

    private static RootCommand Build(TextWriter output, TimeProvider clock)
    {
        var metadataDir = new Option<DirectoryInfo>("--metadata-dir") { Description = "folder of the trusted metadata", Required = true, Recursive = true };
        var metadataUrl = new Option<string?>("--metadata-url") { Description = "base of the repository's metadata, http or https", Recursive = true };
        var targetNames = new Option<string[]>("--target-name") { Description = "path of a target; may repeat", Recursive = true, AllowMultipleArgumentsPerToken = false };
        var targetUrl = new Option<string?>("--target-base-url") { Description = "base of the repository's targets, http or https", Recursive = true };
        var targetDir = new Option<DirectoryInfo?>("--target-dir") { Description = "folder that targets are stored in", Recursive = true };
        var root = new RootCommand("A client of TUF repositories, for tests.\n\nExit codes: 0 done; 1 not done, an error line says why.")
        {
            metadataDir, metadataUrl, targetNames, targetUrl, targetDir,
        };

        var trusted = new Argument<FileInfo>("root") { Description = "the root to trust from now on" };
        var init = new Command("init", "trust a root; asks no server") { trusted };
        init.SetAction(parse =>
        {
            MetadataFolder folder = new(parse.GetRequiredValue(metadataDir).FullName);
            int version = RepositoryClient.Initialize(folder, parse.GetRequiredValue(trusted));
            output.WriteLine($"trusts root {version}");
            return Good;
        });

        var refresh = new Command("refresh", "fetch the newest metadata");
        refresh.SetAction(async (parse, stop) =>
        {
            using var http = new RepositoryHttp(clock);
            RepositoryClient client = Client(parse, http);
            await client.RefreshAsync(stop).ConfigureAwait(false);
            output.WriteLine(client.Summary);
            return Good;
        });

        var download = new Command("download", "refresh, then fetch targets in the order they are named");
        download.SetAction(async (parse, stop) =>
        {
            string[] names = parse.GetValue(targetNames) is { Length: > 0 } some ? some : throw Missing("--target-name");
            Uri from = BaseUrl(parse.GetValue(targetUrl), "--target-base-url");
            var to = new TargetFolder((parse.GetValue(targetDir) ?? throw Missing("--target-dir")).FullName);
            using var http = new RepositoryHttp(clock);
            RepositoryClient client = Client(parse, http);
            await client.RefreshAsync(stop).ConfigureAwait(false);
            foreach (string name in names)
            {
                bool fetched = await client.DownloadAsync(name, from, to, stop).ConfigureAwait(false);
                output.WriteLine($"{(fetched ? "fetched" : "has")} {name}");
            }

            return Good;
        });

        root.Subcommands.Add(init);
        root.Subcommands.Add(refresh);
        root.Subcommands.Add(download);
        return root;

        RepositoryClient Client(ParseResult parse, RepositoryHttp http) =>
            new(new MetadataFolder(parse.GetRequiredValue(metadataDir).FullName), BaseUrl(parse.GetValue(metadataUrl), "--metadata-url"), http, clock.GetUtcNow().ToUnixTimeSeconds());
    }

    private static Uri BaseUrl(string? text, string option)
    {
        string url = text ?? throw Missing(option);
        bool good = Uri.TryCreate(url.EndsWith('/') ? url : url + "/", UriKind.Absolute, out Uri? uri) && uri.Scheme is "http" or "https";
        return good ? uri! : throw new ClientException($"{option} is no http or https URL", "give the folder that the files are below");
    }

    private static ClientException Missing(string option) => new($"{option} is missing", "see --help");

    private static string Hint(Refusal code) => code switch
    {
        Refusal.MetadataExpired => "the repository, or this machine's clock, is out of date",
        Refusal.MetadataRollback => "the repository went back; somebody may be replaying old files",
        Refusal.RootUnknown => "the repository's new root is not signed by the old one's keys",
        _ => "the repository's files are damaged or not signed as its root says",
    };
}
