using System.Collections.Immutable;
using Gatekeeper.Release;
using Gatekeeper.Vectors;

namespace Gatekeeper.Update.Tests.Model;

/// <summary>A release file in memory that the real verifier accepted.</summary>
public sealed class TestRelease : IReleaseSource
{
    public const int ChunkSize = 64 * 1024;
    public const int EfiBytes = (3 * ChunkSize) + 4096;
    public const int SystemBytes = (5 * ChunkSize) + 512;
    private static readonly TrustState Trust = Verifier.InitialTrust(VectorSet.TrustedRoot);
    private readonly byte[] file;

    public TestRelease(ReleaseVersion version, int efiBytes = EfiBytes, int systemBytes = SystemBytes, int padding = 0)
    {
        Efi = Forge.Pattern(efiBytes, version.Major);
        Efi[510] = 0x55;
        Efi[511] = 0xAA; // what the model's firmware takes for a file system
        System = Forge.Pattern(systemBytes, version.Major + 100);
        System.AsSpan(ChunkSize, ChunkSize).Clear(); // one chunk of zeros
        var forge = new Forge { Version = version, ChunkSize = ChunkSize };
        forge.Images["efi"] = Efi;
        forge.Images["system"] = System;
        forge.Timestamp.Version = forge.Snapshot.Version = forge.Targets.Version = version.Major;
        if (padding > 0)
        {
            // Not part of the release's digest: another file of the same release, and a longer one.
            forge.Timestamp.BeforeSigning = text => $"{text[..^1]},\"x-padding\":\"{new string('x', padding)}\"}}";
        }

        file = forge.Build();

        // As if the idle set needed repair, so that the version that runs is accepted, too.
        var facts = new DeviceFacts("PM200", "PM200-C", new ReleaseVersion(1, 0, 0), null, 0, RefuseExpired: false) { IdleSetNeedsRepair = true };
        Verified = Verifier.Accept(GkuReader.ReadHead(this), Trust, facts);
        Reads.Clear();
    }

    public static ImmutableArray<byte> Root => Trust.Root;

    public byte[] Efi { get; }

    public byte[] System { get; }

    public VerifiedRelease Verified { get; }

    public long Length => file.Length;

    /// <summary>Offset at which the file answers with a wrong byte; -1 for none.</summary>
    public long WrongAt { get; set; } = -1;

    public List<(long Offset, int Length)> Reads { get; } = [];

    public ReadOnlySpan<byte> File => file;

    /// <summary>The payload of a part.</summary>
    public VerifiedPayload Payload(SlotPart part) => Verified.Payloads.Single(p => p.Part == part.Name());

    public void ReadAt(long offset, Span<byte> buffer)
    {
        Reads.Add((offset, buffer.Length));
        file.AsSpan((int)offset, buffer.Length).CopyTo(buffer);
        if (WrongAt >= offset && WrongAt < offset + buffer.Length)
        {
            buffer[(int)(WrongAt - offset)] ^= 1;
        }
    }
}
