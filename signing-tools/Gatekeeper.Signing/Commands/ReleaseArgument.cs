using Gatekeeper.Release;
using Gatekeeper.Signing.Metadata;

namespace Gatekeeper.Signing.Commands;

/// <summary>A release that a permit or an approval is about: the file, or its digest and product.</summary>
internal static class ReleaseArgument
{
    /// <summary>Product and digest. The file's signatures are not judged: a permit or an approval makes no release good that the manufacturer did not sign.</summary>
    /// <exception cref="ToolException">Neither or both are given, or they contradict each other.</exception>
    internal static (string Product, string Digest) Read(string? file, string? digest, string? product)
    {
        if (file is null == digest is null)
        {
            throw new ToolException(ExitCode.Usage, "give either --release or --digest", "the release file is safer: nobody types 64 digits twice the same");
        }

        if (file is not null)
        {
            using var release = new ReleaseOnDisk(file);
            return product is null || product == release.Document.Product
                ? (release.Document.Product, release.Digest)
                : throw new ToolException(ExitCode.Usage, $"{file} is for {release.Document.Product}, not for {product}", "leave --product out, or give the release for it");
        }

        return digest!.Length == 64 && Hex.IsLower(digest)
            ? (product ?? throw new ToolException(ExitCode.Usage, "--digest alone does not say for which product", "add --product NAME"), digest)
            : throw new ToolException(ExitCode.Usage, $"--digest {digest} is no digest", "it has 64 digits 0-9 a-f: inspect X.gku shows it");
    }
}
