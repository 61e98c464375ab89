using Gatekeeper.Signing.Keys;
using Gatekeeper.Signing.Keys.Lms;

namespace Gatekeeper.Signing.Tests;

/// <summary>
/// A folder with a manufacturer in it: keys from fixed numbers, so that key ids, digests and whole transcripts are always the same,
/// and two small slot parts. Removed afterwards.
/// </summary>
public sealed class Workshop : IDisposable
{
    public const string Passphrase = "correct horse battery staple";

    public Workshop()
    {
        Folder = Directory.CreateTempSubdirectory("gatekeeper-sign-").FullName;
        foreach ((string name, byte fill) in new[] { ("alice", (byte)1), ("bob", (byte)2), ("carol", (byte)3), ("builds", (byte)4), ("stranger", (byte)5) })
        {
            Keep(name, new SigningKey([.. Enumerable.Repeat(fill, 32)]));
        }

        foreach ((string name, string pkcs8) in new[] { ("pat", FixedKeys.EcdsaP256), ("quinn", FixedKeys.EcdsaP384), ("rosa", FixedKeys.Rsa3072) })
        {
            Keep(name, new SigningKey(PrivateKey.Read(Convert.FromBase64String(pkcs8))));
        }

        KeepPetra();
        File.WriteAllBytes(At("efi.img"), Noise(200_000, seed: 1));
        byte[] system = new byte[500_000]; // its second and third chunks of 64 KiB are zeros
        Noise(60_000, seed: 2).CopyTo(system, 0);
        Noise(60_000, seed: 3).CopyTo(system, 300_000);
        File.WriteAllBytes(At("system.img"), system);
        File.WriteAllText(At("notes.txt"), "Alarms start faster.\nThe clock is right after a power cut.\n");
    }

    /// <summary>2026-11-24: the time that warnings go by.</summary>
    internal static long Now { get; } = 1_795_478_400;

    public string Folder { get; }

    /// <summary>Environment variables beside the passphrase.</summary>
    internal Dictionary<string, string> Variables { get; } = [];

    public string At(string name) => Path.Combine(Folder, name);

    /// <summary>Runs a command in this folder; paths in <paramref name="line"/> are relative to it.</summary>
    internal Outcome Run(string line, string? passphrase = Passphrase, Func<string, string?>? ask = null, Func<string, string?>? answer = null)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var console = new ToolConsole
        {
            Out = output,
            Error = errors,
            Environment = name => name == "GATEKEEPER_PASSPHRASE" ? passphrase : Variables.GetValueOrDefault(name),
            AskSecret = ask,
            Ask = answer,
            Clock = () => Now,
        };
        string before = Directory.GetCurrentDirectory();
        Directory.SetCurrentDirectory(Folder);
        try
        {
            int code = Tool.Run(Words(line), console);
            return new Outcome((ExitCode)code, output.ToString(), errors.ToString());
        }
        finally
        {
            Directory.SetCurrentDirectory(before);
        }
    }

    /// <summary>Runs a command that must succeed.</summary>
    internal Outcome Do(string line)
    {
        Outcome outcome = Run(line);
        Assert.True(outcome.Code == ExitCode.Done, $"{line}\n{outcome.Output}{outcome.Errors}");
        return outcome;
    }

    /// <summary>A root by alice: targets need two of alice and bob, the rest is signed by builds.</summary>
    internal void MakeRoot() => Do("root new --out roots --expires 2046-01-01 --role root=alice.pub.json:1 targets=alice.pub.json,bob.pub.json:2 snapshot=builds.pub.json:1 timestamp=builds.pub.json:1 --sign alice.pem");

    /// <summary>An unsigned release.</summary>
    internal void Build(string file, string more = "") => Do(BuildLine(file) + " " + more);

    internal static string BuildLine(string file) => $"release build --product PM200 --version 2.0.0 --hardware PM200-C --replaces-from 1.0.0 --signed-at 2026-11-24 --expires 2028-01-01 --notes notes.txt --part efi=efi.img system=system.img --chunk-size 65536 --root-dir roots --metadata-version 7 --out {file}";

    /// <summary>A root and a signed release.</summary>
    internal void MakeRelease(string file)
    {
        MakeRoot();
        Build(file);
        Do($"release sign {file} --key alice.pem bob.pem builds.pem");
    }

    internal static byte[] Noise(int length, int seed)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private void Keep(string name, SigningKey key)
    {
        File.WriteAllText(At(name + ".pem"), key.ToPem(Passphrase, iterations: 100));
        File.WriteAllBytes(At(name + ".pub.json"), KeyFiles.WritePublic(key.Public));
        key.Dispose();
    }

    // Has a tree of 32 leaves and an index beside it.
    private void KeepPetra()
    {
        using Ed25519LmsPrivateKey key = FixedKeys.MakeHybrid();
        (byte[] index, byte[] pem) = LmsIndex.ForNewKey(key.Public.KeyId, key.IndexMacKey, EncryptedPkcs8.Write(key, Passphrase, iterations: 100));
        File.WriteAllBytes(At("petra.index"), index);
        File.WriteAllBytes(At("petra.pem"), pem);
        File.WriteAllBytes(At("petra.pub.json"), KeyFiles.WritePublic(key.Public));
    }

    // Splits at spaces; '...' keeps them, as a shell does.
    private static List<string> Words(string line)
    {
        var words = new List<string>();
        string[] parts = line.Split('\'');
        for (int i = 0; i < parts.Length; i++)
        {
            words.AddRange(i % 2 == 1 ? [parts[i]] : parts[i].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        }

        return words;
    }
}

/// <summary>What a command answered.</summary>
internal sealed record Outcome(ExitCode Code, string Output, string Errors)
{
    internal string Error => Errors.Split('\n')[0];
}

/// <summary>All tests that run commands: they share the process's current folder, so they run one after another.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class CommandLineTests
{
    public const string Name = "command line";
}
