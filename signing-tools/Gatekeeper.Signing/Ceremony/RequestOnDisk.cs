using System.Collections.Immutable;
using Gatekeeper.Release;
using Gatekeeper.Signing.Metadata;

namespace Gatekeeper.Signing.Ceremony;

/// <summary>A signing request's file.</summary>
internal sealed class RequestOnDisk : SignedFile
{
    private const string Hint = "give the .gks file that request new, root rotate, key revoke or role threshold wrote";

    /// <summary>Opens a request.</summary>
    /// <exception cref="ToolException">It is none.</exception>
    internal RequestOnDisk(string path)
        : base(path)
    {
        using var source = new FileSource(path);
        try
        {
            Request = SigningRequest.Read(source, path);
        }
        catch (RefusedException e)
        {
            throw new ToolException(ExitCode.Input, $"{path} is not a signing request: {e.Detail}", Hint);
        }
    }

    /// <summary>What it asks for.</summary>
    internal SigningRequest Request { get; }

    /// <inheritdoc/>
    internal override string What => Request.Release is null ? "this root" : "this release";

    /// <inheritdoc/>
    internal override ImmutableArray<RoleSigning> Roles => Request.Roles;

    /// <inheritdoc/>
    internal override RootChain Before => Request.Before;

    /// <inheritdoc/>
    internal override KeyNames Names => Request.Names;

    /// <inheritdoc/>
    internal override IReadOnlyList<string> Words => Request.Release is { } release ? ReleaseWords.Of(release) : RootWords.Of(Request.Before, Request.Root!);

    /// <inheritdoc/>
    internal override IReadOnlyList<(string What, long Expires)> Expiries => Request.Release?.Expiries
        ?? [.. Request.Before.Roots.TakeLast(1).Append(Request.Root!).Select(r => ($"root {r.Root.Version}", r.Root.Expires))];

    /// <inheritdoc/>
    internal override void Save(Action<long> progress) => OutputFile.Replace(FilePath, Request.Write);

    /// <summary>Writes a new request; a file that exists is left as it is.</summary>
    internal static void Create(string path, SigningRequest request)
    {
        if (Path.GetExtension(path) != SigningRequest.Extension)
        {
            throw new ToolException(ExitCode.Usage, $"{path} is no name for a signing request", $"let it end in {SigningRequest.Extension}");
        }

        OutputFile.ExpectNew(path);
        using var bytes = new MemoryStream();
        request.Write(bytes);
        OutputFile.MakeFolderOf(path);
        OutputFile.WriteNew(path, bytes.ToArray());
    }
}
