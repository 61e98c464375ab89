using System.Collections.Immutable;
using Gatekeeper.Release;

namespace Gatekeeper.Signing.Metadata;

/// <summary>One root: its bytes, its outer form and its meaning.</summary>
internal sealed record RootFile(byte[] Bytes, SignedMetadata Metadata, RootMetadata Root)
{
    /// <summary>Reads a root's bytes.</summary>
    /// <exception cref="RefusedException">They are none.</exception>
    internal static RootFile Read(ReadOnlySpan<byte> bytes)
    {
        SignedMetadata metadata = SignedMetadata.Parse(bytes);
        return new RootFile(bytes.ToArray(), metadata, RootMetadata.Parse(metadata.Signed));
    }
}

/// <summary>Roots from 1 on, each signed by itself and by the one before, as a device walks them.</summary>
internal sealed class RootChain
{
    private RootChain(ImmutableArray<RootFile> roots) => Roots = roots;

    /// <summary>The roots, from version 1 on.</summary>
    internal ImmutableArray<RootFile> Roots { get; }

    /// <summary>The newest root.</summary>
    internal RootFile Newest => Roots[^1];

    /// <summary>The files' bytes.</summary>
    internal IReadOnlyList<byte[]> Files => [.. Roots.Select(r => r.Bytes)];

    /// <summary>What people call keys, by all roots: keys that went keep their names.</summary>
    internal KeyNames Names => NamesOf(Roots);

    /// <summary>No root at all, the place where root 1 goes.</summary>
    internal static RootChain Empty { get; } = new([]);

    /// <summary>The roots that the newest root's file alone proves nothing about: all of them, checked one after the other.</summary>
    /// <exception cref="ToolException">One does not follow, or lacks signatures.</exception>
    internal static RootChain Of(IEnumerable<(string Name, RootFile File)> roots)
    {
        RootChain chain = Empty;
        foreach ((string name, RootFile file) in roots)
        {
            RoleSigning signing = chain.Next(file, name);
            chain = signing.IsComplete
                ? new RootChain(chain.Roots.Add(file))
                : throw new ToolException(ExitCode.Signatures, $"{name} is not signed yet: {signing.Words()}", $"gatekeeper-sign root sign {name} --key KEY");
        }

        return chain;
    }

    /// <summary>The state of the root that comes next, which may lack signatures.</summary>
    /// <exception cref="ToolException">It is another version, cannot be used by any device, or has a signature that is not valid.</exception>
    internal RoleSigning Next(RootFile file, string name)
    {
        if (file.Root.Version != Roots.Length + 1)
        {
            throw new ToolException(ExitCode.Input, $"{name} holds root version {file.Root.Version}", $"root {Roots.Length + 1} comes here; a root's file name carries its version");
        }

        return file.Root.IsUsable()
            ? new RoleSigning("root", file.Metadata, KeyNames.Of(file.Metadata.Signed, Names), file.Root.Root, Roots.Length == 0 ? null : Newest.Root.Root)
            : throw new ToolException(ExitCode.Input, $"{name} has a role that cannot be met with the key types devices know", "devices refuse such a root; give every role enough keys of known types");
    }

    /// <summary>Shows all keys the signatures of these roots, before any of them signs.</summary>
    internal void ShowTo(Keys.KeyRing ring)
    {
        foreach ((_, Keys.SigningKey key) in ring.Keys)
        {
            foreach (RootFile root in Roots)
            {
                key.Look(root.Metadata);
            }
        }
    }

    private static KeyNames NamesOf(IEnumerable<RootFile> roots)
    {
        var names = new KeyNames();
        foreach (RootFile root in roots)
        {
            names = KeyNames.Of(root.Metadata.Signed, names);
        }

        return names;
    }
}
