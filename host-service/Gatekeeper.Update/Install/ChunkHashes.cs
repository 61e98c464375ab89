using System.Security.Cryptography;

namespace Gatekeeper.Update;

/// <summary>The hash of a part: SHA-256 over the hashes of its chunks, in order. Can stop and go on between two of them.</summary>
internal sealed class ChunkHashes
{
    private readonly IncrementalHash image = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Chunks so far: the next one's index.</summary>
    public int Count { get; private set; }

    public void Add(ReadOnlySpan<byte> hash)
    {
        image.AppendData(hash);
        Count++;
    }

    /// <summary>The hash of the part; nothing may be added any more.</summary>
    public byte[] Finish()
    {
        byte[] whole = image.GetHashAndReset();
        image.Dispose();
        return whole;
    }
}
