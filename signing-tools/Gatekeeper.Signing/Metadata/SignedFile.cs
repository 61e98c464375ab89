using System.Collections.Immutable;
using Gatekeeper.Signing.Ceremony;
using Gatekeeper.Signing.Keys;
using JsonArray = System.Text.Json.Nodes.JsonArray;

namespace Gatekeeper.Signing.Metadata;

/// <summary>A file that people sign: a release, a root or a signing request. What it says is not trusted here; <c>verify</c> judges a release as a device would.</summary>
internal abstract class SignedFile(string path) : IDisposable
{
    /// <summary>Where it lies.</summary>
    internal string FilePath { get; } = path;

    /// <summary>What it is, with its article: <c>a release</c>.</summary>
    internal abstract string What { get; }

    /// <summary>What is signed, file by file, in the order of the file.</summary>
    internal abstract ImmutableArray<RoleSigning> Roles { get; }

    /// <summary>The complete roots that it comes with.</summary>
    internal abstract RootChain Before { get; }

    /// <summary>What people call the keys.</summary>
    internal abstract KeyNames Names { get; }

    /// <summary>In words, what a signature would vouch for: a person reads this before signing.</summary>
    internal abstract IReadOnlyList<string> Words { get; }

    /// <summary>What of it ends when, for warnings: seconds since 1970-01-01 UTC.</summary>
    internal abstract IReadOnlyList<(string What, long Expires)> Expiries { get; }

    /// <summary>Bytes that <see cref="Save"/> writes, for a progress bar.</summary>
    internal virtual long Length => 0;

    /// <summary>Whether every role has its threshold.</summary>
    internal bool IsSigned => Roles.All(r => r.IsComplete);

    /// <summary>Opens a file by the ending of its name: <c>.json</c> a root, <c>.gks</c> a signing request, else a release.</summary>
    internal static SignedFile Open(string path) => Path.GetExtension(path) switch
    {
        ".json" => new RootOnDisk(path),
        SigningRequest.Extension => new RequestOnDisk(path),
        _ => new ReleaseOnDisk(path),
    };

    /// <summary>Adds each key's signature to every role it belongs to.</summary>
    /// <exception cref="ToolException">A key belongs to none.</exception>
    internal void Sign(KeyRing ring)
    {
        Before.ShowTo(ring);
        foreach (RoleSigning role in Roles)
        {
            role.ShowTo(ring);
        }

        RoleSigning.ExpectAllUsed(ring, [.. Roles.SelectMany(r => r.Add(ring))], What);
    }

    /// <summary>Writes it with the signatures it has now: whole or not at all.</summary>
    /// <param name="progress">Told the bytes written at each step.</param>
    internal abstract void Save(Action<long> progress);

    /// <summary>Who signed and who is missing.</summary>
    internal IEnumerable<string> Standing => Roles.SelectMany(r => r.Lines());

    /// <summary>The same for scripts.</summary>
    internal JsonArray StandingFacts => new([.. Roles.SelectMany(r => r.Facts())]);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Lets go of what it holds.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }
}
