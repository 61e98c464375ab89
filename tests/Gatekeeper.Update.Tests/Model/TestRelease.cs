using System.Collections.Immutable;
using System.Security.Cryptography;
using Gatekeeper.Release;

namespace Gatekeeper.Update.Tests.Model;

/// <summary>A release with a verified face, and its file in memory.</summary>
public sealed class TestRelease : IReleaseSource
{
    public const int ChunkSize = 64 * 1024;
    public const int EfiBytes = (3 * ChunkSize) + 4096;
    public const int SystemBytes = (5 * ChunkSize) + 512;
    private const int HeadBytes = 3 * 512;
    private readonly byte[] file;

    public TestRelease(ReleaseVersion version, int rootVersion = 1, int efiBytes = EfiBytes, int systemBytes = SystemBytes)
    {
        Efi = Image(version, 1, efiBytes);
        Efi[510] = 0x55;
        Efi[511] = 0xAA; // what the model's firmware takes for a file system
        System = Image(version, 2, systemBytes);
        System.AsSpan(ChunkSize, ChunkSize).Clear(); // one chunk of zeros
        var efi = ChunkTable.Build(new MemoryStream(Efi), null, ChunkSize);
        using var stored = new MemoryStream();
        var system = ChunkTable.Build(new MemoryStream(System), stored, ChunkSize);
        file = [.. Image(version, 3, HeadBytes), .. Efi, .. new byte[512], .. stored.ToArray(), .. new byte[1024]];
        Verified = new VerifiedRelease
        {
            Product = "PM200",
            Channel = "stable",
            Hardware = ["PM200-C"],
            Version = version,
            Digest = Convert.ToHexStringLower(SHA256.HashData(file)),
            SignedAt = 1_700_000_000 + version.Major,
            Notes = string.Empty,
            Expired = false,
            FileLength = file.Length,
            Payloads = [Payload("efi", efi, HeadBytes), Payload("system", system, HeadBytes + Efi.Length + 512)],
            TrustAtKeep = new TrustState
            {
                Root = Root,
                RootVersion = rootVersion,
                TimestampVersion = version.Major,
                SnapshotVersion = version.Major,
                TargetsVersion = version.Major,
                Floor = version,
                Ratchet = 1_700_000_000 + version.Major,
            },
        };
    }

    public static ImmutableArray<byte> Root { get; } = [.. "{\"signed\":\"root\"}"u8];

    public byte[] Efi { get; }

    public byte[] System { get; }

    public VerifiedRelease Verified { get; }

    public long Length => file.Length;

    /// <summary>Offset at which the file answers with a wrong byte; -1 for none.</summary>
    public long WrongAt { get; set; } = -1;

    public List<(long Offset, int Length)> Reads { get; } = [];

    public ReadOnlySpan<byte> File => file;

    public void ReadAt(long offset, Span<byte> buffer)
    {
        Reads.Add((offset, buffer.Length));
        file.AsSpan((int)offset, buffer.Length).CopyTo(buffer);
        if (WrongAt >= offset && WrongAt < offset + buffer.Length)
        {
            buffer[(int)(WrongAt - offset)] ^= 1;
        }
    }

    private static VerifiedPayload Payload(string part, ChunkTable table, long offset) =>
        new() { Part = part, ImageSize = table.ImageSize, ChunkSize = table.ChunkSize, Chunks = table.Chunks, StoredLength = table.StoredLength, FileOffset = offset };

    private static byte[] Image(ReleaseVersion version, int what, int length)
    {
        byte[] image = new byte[length];
        new Random((version.Major * 1000) + (version.Minor * 10) + what).NextBytes(image);
        return image;
    }
}
