using System.Runtime.InteropServices;
using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;

namespace Gatekeeper.Signing.Keys.Tokens;

/// <summary>A PKCS#11 module: the maker's library for a token. It runs in this process with all its rights, so only a file that the user names is loaded.</summary>
internal sealed class TokenModule : IDisposable
{
    /// <summary>The environment variable that names a module's file or its folder, for URIs that do not.</summary>
    internal const string Variable = "GATEKEEPER_PKCS11_MODULE";

    private readonly IPkcs11Library _library;

    static TokenModule() =>
        // The package asks for "libdl", which only a compiler's package brings; its functions are in libc itself since glibc 2.34.
        NativeLibrary.SetDllImportResolver(typeof(IPkcs11Library).Assembly, (name, _, _) => name == "libdl" ? NativeLibrary.Load("libc.so.6") : IntPtr.Zero);

    private TokenModule(string path, IPkcs11Library library) => (Path, _library) = (path, library);

    /// <summary>The file.</summary>
    internal string Path { get; }

    /// <summary>What makes attributes, mechanisms and parameters.</summary>
    internal Pkcs11InteropFactories Make => _library.Factories;

    /// <summary>The file that a URI, or else the environment, names.</summary>
    /// <exception cref="ToolException">None, or one that is not there.</exception>
    internal static string Find(TokenUri uri, Func<string, string?> environment)
    {
        string? named = uri.ModulePath ?? (environment(Variable) is { Length: > 0 } value ? value : null);
        string hint = $"add module-path=FILE to the URI, or set {Variable}; softhsm2's is /usr/lib/softhsm/libsofthsm2.so, opensc's opensc-pkcs11.so";
        if (named is null)
        {
            throw new ToolException(ExitCode.Usage, "no PKCS#11 module is named", hint);
        }

        if (!named.StartsWith('/'))
        {
            throw new ToolException(ExitCode.Usage, $"the PKCS#11 module {named} is not given with its whole path", "begin it with /: nothing is searched for");
        }

        // RFC 7512 §2.3: a folder goes with a name; names leave out what systems put around them.
        string[] files = Directory.Exists(named) && uri.ModuleName is string name
            ? [System.IO.Path.Combine(named, name + ".so"), System.IO.Path.Combine(named, $"lib{name}.so")]
            : [named];
        string file = files.FirstOrDefault(File.Exists) ?? throw new ToolException(ExitCode.Token, $"there is no PKCS#11 module {string.Join(" or ", files)}", "install the token's software, and check the path");
        return uri.ModuleName is null || IsNamed(file, uri.ModuleName)
            ? file
            : throw new ToolException(ExitCode.Usage, $"the PKCS#11 module {file} is not named {uri.ModuleName}", "leave out module-name, or give it the folder");
    }

    /// <summary>Loads a module.</summary>
    /// <exception cref="ToolException">It is no module, or does not start.</exception>
    internal static TokenModule Load(string path)
    {
        var factories = new Pkcs11InteropFactories();
        try
        {
            return new TokenModule(path, factories.Pkcs11LibraryFactory.LoadPkcs11Library(factories, path, AppType.MultiThreaded));
        }
        catch (Pkcs11Exception e)
        {
            throw new ToolException(ExitCode.Token, $"the PKCS#11 module {path} does not start: {e.RV}", "see the manual of the token's software: is it set up, may this user use it?");
        }
        catch (Exception e) when (e is UnmanagedException or LibraryArchitectureException or UnauthorizedAccessException or IOException)
        {
            throw new ToolException(ExitCode.Token, $"{path} cannot be loaded as a PKCS#11 module: {TokenText.Clean(e.Message).TrimEnd('.')}", "give the token's library for this machine's processor");
        }
    }

    /// <summary>The tokens that are plugged in and set up.</summary>
    internal IReadOnlyList<ISlot> Slots()
    {
        return [.. _library.GetSlotList(SlotsType.WithTokenPresent).Where(s => s.GetTokenInfo().TokenFlags.TokenInitialized)];
    }

    /// <inheritdoc/>
    public void Dispose() => _library.Dispose();

    private static bool IsNamed(string file, string name) =>
        System.IO.Path.GetFileNameWithoutExtension(file) is var stem && (stem.Equals(name, StringComparison.OrdinalIgnoreCase) || stem.Equals("lib" + name, StringComparison.OrdinalIgnoreCase));
}

/// <summary>Text from a token or its module, for a terminal.</summary>
internal static class TokenText
{
    /// <summary>The text without control characters: a token's maker, or who labels a key, does not steer the terminal.</summary>
    internal static string Clean(string text) => string.Concat(text.Select(c => char.IsControl(c) ? '?' : c)).Trim();
}
