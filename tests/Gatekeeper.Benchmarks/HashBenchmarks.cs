using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using Gatekeeper.Vectors;

namespace Gatekeeper.Benchmarks;

/// <summary>SHA-256 of one chunk, as the chunk reader and the read-back do it. Time a chunk; an install hashes each twice.</summary>
[MemoryDiagnoser]
public class HashBenchmarks
{
    private byte[] chunk = [];

    /// <summary>KiB of the chunk.</summary>
    [Params(64, 1024, 4096)]
    public int KiB { get; set; }

    /// <summary>Makes it.</summary>
    [GlobalSetup]
    public void Make() => chunk = Forge.Pattern(KiB * 1024, 5);

    /// <summary>Into a buffer that is there, nothing is allocated.</summary>
    [Benchmark]
    public int Hash()
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        return SHA256.HashData(chunk, hash);
    }
}
