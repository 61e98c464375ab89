namespace Gatekeeper.StickImages;

/// <summary>The CRC of IEEE 802.3, as GPT (UEFI 2.10 §5.3) and PNG use it.</summary>
public static class Crc32
{
    /// <summary>The CRC of some bytes.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        uint crc = 0xFFFFFFFF;
        foreach (byte one in bytes)
        {
            crc ^= one;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
            }
        }
        return ~crc;
    }
}
