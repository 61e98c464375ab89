namespace Gatekeeper.Stick.FileSystems.Partitions;

/// <summary>The CRC of the GPT (UEFI 2.10 §4.2: CCITT CRC32, polynomial 04C11DB7h reflected). It finds damage, it proves nothing.</summary>
internal struct Crc32
{
    private static readonly uint[] Table = MakeTable();
    private uint value;

    /// <summary>The CRC of all bytes appended so far.</summary>
    public readonly uint Value => value;

    /// <summary>Takes in further bytes.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        uint crc = ~value;
        foreach (byte b in bytes)
            crc = Table[(crc ^ b) & 0xFF] ^ (crc >> 8);
        value = ~crc;
    }

    private static uint[] MakeTable()
    {
        uint[] table = new uint[256];
        for (uint i = 0; i < 256; i++)
        {
            uint crc = i;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
            table[i] = crc;
        }

        return table;
    }
}
