using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Gatekeeper.Crash.Tests.Model;

/// <summary>What one sector of a medium holds, never changed. Zeros are null: most of a medium is.</summary>
internal sealed class Sector
{
    public const int Bytes = 512;

    /// <summary>A sector whose reading is an error, until it is written again.</summary>
    public static readonly Sector Unreadable = new(new byte[Bytes]);

    private readonly byte[] data;
    private UInt128 key;

    private Sector(byte[] data) => this.data = data;

    public ReadOnlySpan<byte> Data => data;

    /// <summary>128 bits of its SHA-256: two sectors with one key hold the same.</summary>
    private UInt128 Key => key == 0 ? key = ReferenceEquals(this, Unreadable) ? 1 : BinaryPrimitives.ReadUInt128LittleEndian(SHA256.HashData(data)) : key;

    public static Sector? Of(ReadOnlySpan<byte> data) => data.ContainsAnyExcept((byte)0) ? new Sector(data.ToArray()) : null;

    /// <summary>What a sector at a place adds to the key of a whole machine. Sums of these tell machines apart.</summary>
    public static UInt128 KeyAt(int disk, int place, Sector? sector)
    {
        if (sector is null)
        {
            return 0;
        }

        ulong position = Mix(((ulong)disk << 32) | (uint)place);
        return new UInt128(Mix((ulong)(sector.Key >> 64) ^ position), Mix(unchecked((ulong)(sector.Key & ulong.MaxValue) + (position * 3))));
    }

    // The finalizer of splitmix64: every bit of the input moves every bit of the output.
    private static ulong Mix(ulong value)
    {
        unchecked
        {
            value = (value ^ (value >> 30)) * 0xBF58_476D_1CE4_E5B9;
            value = (value ^ (value >> 27)) * 0x94D0_49BB_1331_11EB;
            return value ^ (value >> 31);
        }
    }
}
