using BenchmarkDotNet.Attributes;
using Gatekeeper.Release;
using Gatekeeper.Vectors;

namespace Gatekeeper.Benchmarks;

/// <summary>
/// The whole verification of a release but its payload: head, roots, three roles, release document, chunk tables. The aim is 50 ms of
/// processor time for 16,384 chunks, and memory that depends on the number of chunks and not on the payload.
/// </summary>
[MemoryDiagnoser]
public class VerifierBenchmarks
{
    private static readonly DeviceFacts Facts = new("PM200", "PM200-C", new ReleaseVersion(1, 0, 0), null, 1_770_000_000, false);

    private IReleaseSource source = null!;
    private TrustState trust = null!;

    /// <summary>Chunks of the system image, and KiB of each: 16 MiB and 256 MiB in as many chunks, and 1 GiB in the most.</summary>
    [ParamsSource(nameof(Shapes))]
    public (int Chunks, int KiB) Shape { get; set; }

    /// <summary>See <see cref="Shape"/>.</summary>
    public static IEnumerable<(int Chunks, int KiB)> Shapes => [(256, 64), (256, 1024), (16_384, 64)];

    /// <summary>Makes the release.</summary>
    [GlobalSetup]
    public void Make()
    {
        var forge = new Forge { ChunkSize = Shape.KiB * 1024 };
        forge.Images["system"] = Forge.Pattern(Shape.Chunks * Shape.KiB * 1024, 7);
        byte[] file = forge.Build();
        source = new MemorySource(file);
        trust = Verifier.InitialTrust(forge.BuildRoots()[0]);
    }

    /// <summary>What a device does with it.</summary>
    [Benchmark]
    public VerifiedRelease Verify()
    {
        ReleaseHead head = GkuReader.ReadHead(source);
        return Verifier.Accept(head, Verifier.UpdateRoots(head, trust).Trust, Facts);
    }

    private sealed class MemorySource(byte[] file) : IReleaseSource
    {
        public long Length => file.Length;

        public void ReadAt(long offset, Span<byte> buffer) => file.AsSpan((int)offset, buffer.Length).CopyTo(buffer);
    }
}
