using System.Security.Cryptography;
using Gatekeeper.Release;

namespace Gatekeeper.TufClient;

/// <summary>Downloaded targets. A file is under its name only after its length and hashes were compared.</summary>
/// <param name="path">The folder.</param>
public sealed class TargetFolder(string path)
{
    private const int BufferBytes = 128 * 1024;

    /// <summary>Whether the target is here already, with the length and hashes that the metadata says now.</summary>
    public bool Has(string name, TargetFile target)
    {
        ArgumentNullException.ThrowIfNull(target);
        var file = new FileInfo(PathOf(name));
        if (!file.Exists || file.Length != target.Length)
        {
            return false;
        }

        using FileStream stream = file.OpenRead();
        using var sum = new TargetSum(target);
        byte[] buffer = new byte[BufferBytes];
        for (int count; (count = stream.Read(buffer)) > 0;)
        {
            sum.Append(buffer.AsSpan(0, count));
        }

        return sum.IsTarget();
    }

    /// <summary>Stores a target.</summary>
    /// <param name="name">Its target path.</param>
    /// <param name="target">What the metadata says of it.</param>
    /// <param name="fetch">Writes its bytes, in order, at most so many as its length.</param>
    /// <exception cref="RefusedException"><see cref="Refusal.FileDamaged"/>: not the length or the hashes that the metadata says; nothing is stored.</exception>
    public async Task StoreAsync(string name, TargetFile target, Func<Func<ReadOnlyMemory<byte>, ValueTask>, Task> fetch)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(fetch);
        Directory.CreateDirectory(path);
        string part = Path.Combine(path, ".part");
        using var sum = new TargetSum(target);
        try
        {
            using (FileStream file = File.Create(part))
            {
                await fetch(async bytes =>
                {
                    sum.Append(bytes.Span);
                    await file.WriteAsync(bytes).ConfigureAwait(false);
                }).ConfigureAwait(false);
                file.Flush(flushToDisk: true);
            }

            if (!sum.IsTarget())
            {
                throw new RefusedException(Refusal.FileDamaged, "the target is not the one that the metadata names");
            }

            File.Move(part, PathOf(name), overwrite: true);
        }
        finally
        {
            File.Delete(part);
        }
    }

    private string PathOf(string name) => Path.Combine(path, MetadataFolder.FileName(name));

    /// <summary>Length and hashes of what has gone by.</summary>
    private sealed class TargetSum(TargetFile target) : IDisposable
    {
        private readonly IncrementalHash sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        private readonly IncrementalHash sha512 = IncrementalHash.CreateHash(HashAlgorithmName.SHA512);
        private long length;

        public void Append(ReadOnlySpan<byte> bytes)
        {
            sha256.AppendData(bytes);
            sha512.AppendData(bytes);
            length += bytes.Length;
        }

        public bool IsTarget() => target.HasKnownHash && length == target.Length
            && (target.Sha256 is null || target.Sha256 == Convert.ToHexStringLower(sha256.GetHashAndReset()))
            && (target.Sha512 is null || target.Sha512 == Convert.ToHexStringLower(sha512.GetHashAndReset()));

        public void Dispose()
        {
            sha256.Dispose();
            sha512.Dispose();
        }
    }
}
