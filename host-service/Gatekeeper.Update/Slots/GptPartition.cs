namespace Gatekeeper.Update;

/// <summary>One used entry of a GUID partition table (UEFI 2.10 §5.3.3).</summary>
/// <param name="Number">1 is the first entry.</param>
/// <param name="Name">The partition name; UTF-16 in the table.</param>
/// <param name="UniqueGuid">The partition's own GUID.</param>
/// <param name="FirstLba">First block, in the disk's logical blocks.</param>
/// <param name="Blocks">Number of blocks, 1 or more.</param>
/// <param name="BlockSize">Bytes of a logical block.</param>
public sealed record GptPartition(int Number, string Name, Guid UniqueGuid, long FirstLba, long Blocks, int BlockSize)
{
    /// <summary>Bytes in all.</summary>
    public long Length => Blocks * BlockSize;
}
