using System.Text.Json.Nodes;

namespace Gatekeeper.TufClient.Tests.Support;

/// <summary>One client with its folders, and one repository that it is sent to.</summary>
internal sealed class ClientBench : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("tuf-client-");

    /// <summary>A client of <see cref="Repository"/> that trusts its first root.</summary>
    public ClientBench(bool trusting = true)
    {
        Server = new LoopbackServer(path => Repository.Answer(path));
        if (trusting)
        {
            Trust();
        }
    }

    public TestRepository Repository { get; } = new();

    public LoopbackServer Server { get; }

    public string MetadataDir => Path.Combine(folder.FullName, "metadata");

    public string TargetDir => Path.Combine(folder.FullName, "targets");

    /// <summary>What the client wrote in its last command.</summary>
    public string Output { get; private set; } = "";

    /// <summary>What was asked for below <c>metadata/</c>.</summary>
    public IEnumerable<string> MetadataRequests => Server.Requests.Where(r => r.StartsWith("metadata/", StringComparison.Ordinal)).Select(r => r["metadata/".Length..]);

    /// <summary>What was asked for below <c>targets/</c>.</summary>
    public IEnumerable<string> TargetRequests => Server.Requests.Where(r => r.StartsWith("targets/", StringComparison.Ordinal)).Select(r => r["targets/".Length..]);

    public void Trust() => Assert.Equal(0, Init(Repository.File("root", 1)));

    public int Init(byte[] root)
    {
        string file = Path.Combine(folder.FullName, "initial.json");
        File.WriteAllBytes(file, root);
        return Run(Moment.Now, "--metadata-dir", MetadataDir, "init", file);
    }

    public int Refresh(DateTimeOffset? at = null) => Run(at ?? Moment.Now, "--metadata-dir", MetadataDir, "--metadata-url", Server.Url + "metadata", "refresh");

    public int Download(params string[] names) => DownloadAt(Moment.Now, names);

    public int DownloadAt(DateTimeOffset at, params string[] names) => Run(
        at,
        [
            "--metadata-dir", MetadataDir, "--metadata-url", Server.Url + "metadata/", .. names.SelectMany(n => new[] { "--target-name", n }),
            "--target-base-url", Server.Url + "targets/", "--target-dir", TargetDir, "download",
        ]);

    public int Run(DateTimeOffset at, params string[] args)
    {
        var output = new StringWriter();
        int code = ClientCommands.RunAsync(args, output, output, new Moment(at)).GetAwaiter().GetResult();
        Output = output.ToString();
        return code;
    }

    /// <summary>The kept roles and their versions, as <c>root 1, snapshot 2</c>.</summary>
    public string Trusted() => Directory.Exists(MetadataDir)
        ? string.Join(", ", Directory.GetFiles(MetadataDir, "*.json").Order(StringComparer.Ordinal).Select(f => $"{Path.GetFileNameWithoutExtension(f)} {VersionIn(f)}"))
        : "";

    /// <summary>The kept version of a role, or null.</summary>
    public long? Version(string role) => VersionIn(Path.Combine(MetadataDir, role + ".json"));

    public byte[] Kept(string role) => File.ReadAllBytes(Path.Combine(MetadataDir, role + ".json"));

    /// <summary>The contents of all stored targets as text, in order of their names.</summary>
    public string[] Stored() => Directory.Exists(TargetDir)
        ? [.. Directory.GetFiles(TargetDir).Order(StringComparer.Ordinal).Select(File.ReadAllText)]
        : [];

    public void Dispose()
    {
        Server.Dispose();
        folder.Delete(recursive: true);
    }

    private static long? VersionIn(string file) => File.Exists(file) ? (long)JsonNode.Parse(File.ReadAllBytes(file))!["signed"]!["version"]! : null;
}
