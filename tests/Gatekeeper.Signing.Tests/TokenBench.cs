using System.Runtime.InteropServices;

namespace Gatekeeper.Signing.Tests;

/// <summary>
/// A token of softhsm2 with the label <c>Releases</c> and the PIN 1234, in a folder of its own, and a module that is softhsm2's with one fault.
/// Needs Debian's softhsm2 and gcc: <c>firmware/lib/packages.sh tests</c> installs them.
/// </summary>
internal sealed partial class TokenBench : IDisposable
{
    public const string Module = "/usr/lib/softhsm/libsofthsm2.so";

    // Built once, into the tests' own output folder.
    private static readonly Lazy<string> FaultyModule = new(() =>
    {
        string folder = Path.Combine(AppContext.BaseDirectory, "Native");
        (int code, string text) = HostTool.Run(folder, "gcc", "-shared", "-fPIC", "-Wall", "-Werror", $"-DSOFTHSM2=\"{Module}\"", "-o", "faulty-token.so", "faulty-token.c");
        Assert.True(code == 0, text);
        return Path.Combine(folder, "faulty-token.so");
    });

    private readonly string _folder = Directory.CreateTempSubdirectory("gatekeeper-token-").FullName;

    internal TokenBench()
    {
        Assert.True(File.Exists(Module), $"{Module} is missing: install Debian's softhsm2 (firmware/lib/packages.sh tests)");
        Directory.CreateDirectory(Path.Combine(_folder, "tokens"));
        File.WriteAllText(Path.Combine(_folder, "softhsm2.conf"), $"directories.tokendir = {_folder}/tokens\nobjectstore.backend = file\nlog.level = ERROR\n");
        File.WriteAllText(PinFile, "1234\n");
        Set("SOFTHSM2_CONF", Path.Combine(_folder, "softhsm2.conf"));
        AddToken("Releases");
    }

    /// <summary>A file with the PIN.</summary>
    internal string PinFile => Path.Combine(_folder, "pin");

    /// <summary>A URI of this token, with the PIN's file in it.</summary>
    internal string Uri(string more = "") => $"'pkcs11:token=Releases{more}?module-path={Module}&pin-source=file:{PinFile}'";

    /// <summary>The same without a PIN.</summary>
    internal static string Asking(string more = "", string module = Module) => $"'pkcs11:token=Releases{more}?module-path={module}'";

    /// <summary>The same through the module with this fault.</summary>
    internal string Faulty(string fault, string more)
    {
        Set("GATEKEEPER_TOKEN_FAULT", fault);
        return $"'pkcs11:token=Releases{more}?module-path={FaultyModule.Value}&pin-source=file:{PinFile}'";
    }

    /// <summary>One more token.</summary>
    internal void AddToken(string label)
    {
        (int code, string text) = HostTool.Run(_folder, "softhsm2-util", "--init-token", "--free", "--label", label, "--so-pin", "12345678", "--pin", "1234");
        Assert.True(code == 0, text);
    }

    public void Dispose()
    {
        Set("GATEKEEPER_TOKEN_FAULT", "");
        Directory.Delete(_folder, recursive: true);
    }

    // Modules read the process's environment, which the framework's own variables do not reach.
    private static void Set(string name, string value)
    {
        Environment.SetEnvironmentVariable(name, value);
        Assert.Equal(0, SetEnv(name, value, 1));
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnv(string name, string value, int overwrite);
}
