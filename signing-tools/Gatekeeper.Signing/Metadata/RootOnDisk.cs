using System.Collections.Immutable;

namespace Gatekeeper.Signing.Metadata;

/// <summary>A root in the folder of all roots, which is signed or looked at.</summary>
internal sealed class RootOnDisk : SignedFile
{
    private readonly RoleSigning _signing;

    /// <summary>Opens a root; the roots before it lie beside it.</summary>
    internal RootOnDisk(string path)
        : base(path)
    {
        File = RootFolder.Read(path);
        Before = RootFolder.ReadBefore(path, File.Root.Version);
        _signing = Before.Next(File, path);
        Names = KeyNames.Of(File.Metadata.Signed, Before.Names);
    }

    /// <inheritdoc/>
    internal override RootChain Before { get; }

    /// <summary>The root.</summary>
    internal RootFile File { get; }

    /// <inheritdoc/>
    internal override string What => "a root";

    /// <inheritdoc/>
    internal override ImmutableArray<RoleSigning> Roles => [_signing];

    /// <inheritdoc/>
    internal override KeyNames Names { get; }

    /// <inheritdoc/>
    internal override IReadOnlyList<string> Words => RootWords.Of(Before, File);

    /// <inheritdoc/>
    internal override IReadOnlyList<(string What, long Expires)> Expiries => [($"root {File.Root.Version}", File.Root.Expires)];

    /// <inheritdoc/>
    internal override void Save(Action<long> progress)
    {
        byte[] bytes = _signing.Encode();
        OutputFile.Replace(FilePath, output => output.Write(bytes));
    }
}
