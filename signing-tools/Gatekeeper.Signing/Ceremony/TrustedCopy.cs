using Gatekeeper.Signing.Metadata;

namespace Gatekeeper.Signing.Ceremony;

/// <summary>A signer's own copy of a root against the roots that a file brings: the file's roots prove that they follow from each other, not that they are ours.</summary>
internal static class TrustedCopy
{
    /// <summary>Says in a line how the roots of a file stand to the signer's own copy.</summary>
    /// <exception cref="ToolException">They lead from another root than that copy.</exception>
    internal static string Compare(RootChain chain, string? trustedFile)
    {
        if (chain.Roots.Length == 0)
        {
            return "  compared   there is no root before this one: compare the key ids above with what their owners read out";
        }

        if (trustedFile is null)
        {
            return "  compared   with no root of your own: --trusted-root N.root.json does that";
        }

        RootFile own = RootFolder.Read(trustedFile);
        bool same = own.Root.Version <= chain.Roots.Length && chain.Roots[own.Root.Version - 1].Metadata.SignedBytes.AsSpan().SequenceEqual(own.Metadata.SignedBytes.AsSpan());
        return same
            ? $"  compared   its roots lead from root {own.Root.Version}, your own copy {trustedFile}"
            : throw new ToolException(ExitCode.Input, $"its roots do not lead from {trustedFile}", "do not sign it: ask whoever sent it, by another way than it came");
    }
}
