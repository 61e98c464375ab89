using System.Buffers.Binary;

namespace Gatekeeper.Signing.Sticks;

/// <summary>
/// exFAT's up-case table (§7.2) with the mandatory first 128 characters and every other one left as it is. The names written here
/// are ASCII; a technician who adds a file with an accent to the stick loses nothing but the folding of its case.
/// </summary>
internal static class UpcaseTable
{
    private const int Mandatory = 128;

    /// <summary>The table, compressed as §7.2.5 allows: 0xFFFF and a count stand for a run that maps to itself.</summary>
    internal static byte[] Bytes { get; } = Make();

    /// <summary>§7.2.2: rotate right and add, over the table's bytes.</summary>
    internal static uint Checksum { get; } = ExFatDirectory.Sum32(Bytes);

    private static byte[] Make()
    {
        byte[] table = new byte[(Mandatory + 2) * 2];
        for (int i = 0; i < Mandatory; i++)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(table.AsSpan(i * 2), (ushort)char.ToUpperInvariant((char)i));
        }

        BinaryPrimitives.WriteUInt16LittleEndian(table.AsSpan(Mandatory * 2), 0xFFFF);
        BinaryPrimitives.WriteUInt16LittleEndian(table.AsSpan((Mandatory + 1) * 2), 0x10000 - Mandatory);
        return table;
    }
}
