using System.Numerics;
using System.Runtime.InteropServices;

namespace Gatekeeper.Fuzz.Coverage;

/// <summary>
/// What the instrumented assemblies count: one byte for each basic block, and for each edge into a block that has several
/// (<see cref="Instrumenter"/>). In a build that is not instrumented nothing is ever counted.
/// </summary>
public static class CoverageMap
{
    /// <summary>Counters at most; what is numbered above shares them.</summary>
    public const int Size = 1 << 17;

    /// <summary>The counters. Public and an array because instrumented code adds to it directly.</summary>
    public static readonly byte[] Counters = new byte[Size];

    private static int used;

    /// <summary>True in an instrumented process.</summary>
    public static bool IsOn => used > 0;

    /// <summary>Says how many counters the instrumented assemblies have.</summary>
    internal static void TurnOn(int counters) => used = Math.Min(counters, Size);

    /// <summary>Sets every counter to zero.</summary>
    internal static void Clear() => Counters.AsSpan(0, used).Clear();

    /// <summary>Adds what was counted since <see cref="Clear"/> to what was ever seen.</summary>
    /// <param name="seen">For each counter a bit for each order of magnitude it ever had; changed.</param>
    /// <returns>True when a counter had an order of magnitude not seen before.</returns>
    internal static bool AddTo(byte[] seen)
    {
        bool isNew = false;
        ReadOnlySpan<ulong> eight = MemoryMarshal.Cast<byte, ulong>(Counters.AsSpan(0, (used + 7) & ~7));
        for (int i = 0; i < eight.Length; i++)
        {
            if (eight[i] == 0)
            {
                continue;
            }

            for (int at = i * 8; at < (i * 8) + 8; at++)
            {
                byte bit = Magnitude(Counters[at]);
                isNew |= (seen[at] & bit) != bit;
                seen[at] |= bit;
            }
        }

        return isNew;
    }

    // 1, 2, 3, 4 to 7, 8 to 15, 16 to 31, 32 to 127, more: the buckets that AFL and libFuzzer use.
    private static byte Magnitude(byte count) => count switch
    {
        0 => 0,
        < 4 => (byte)(1 << (count - 1)),
        < 32 => (byte)(1 << (BitOperations.Log2(count) + 1)),
        < 128 => 0x40,
        _ => 0x80,
    };
}
