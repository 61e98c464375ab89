using BenchmarkDotNet.Attributes;
using Gatekeeper.Release;
using Gatekeeper.Vectors;

namespace Gatekeeper.Benchmarks;

/// <summary>Reading a chunk table. Its time has to grow with the number of chunks, not with its square.</summary>
[MemoryDiagnoser]
public class ChunkTableBenchmarks
{
    private byte[] table = [];

    /// <summary>Chunks; the last is 8 GiB in chunks of 1 MiB.</summary>
    [Params(512, 2048, 8192)]
    public int Chunks { get; set; }

    /// <summary>Makes it: the size of the chunks does not matter to the table's reader.</summary>
    [GlobalSetup]
    public void Make()
    {
        using var image = new MemoryStream(Forge.Pattern(Chunks * Limits.MinChunkBytes, 9));
        table = ChunkTable.Build(image, stored: null, Limits.MinChunkBytes).Bytes.ToArray();
    }

    /// <summary>What a device does with it once its hash was compared.</summary>
    [Benchmark]
    public ChunkTable Parse() => ChunkTable.Parse(table);
}
