using System.Buffers.Binary;

namespace Gatekeeper.Rig.UsbRedir;

/// <summary>Capacity and reading (SBC-3).</summary>
public sealed partial class ScsiUnit
{
    // One command cannot ask for more, however large the medium claims to be: what the connection would refuse anyway.
    private const long LargestAnswer = 4 << 20;

    private long HonestBlocks => data.Length / BlockSize;

    // SBC-3 §5.15.2: all ones when the last block's number does not fit.
    private ScsiAnswer Capacity10()
    {
        byte[] answer = new byte[8];
        BinaryPrimitives.WriteUInt32BigEndian(answer, (uint)Math.Min(LastBlock(), uint.MaxValue));
        BinaryPrimitives.WriteInt32BigEndian(answer.AsSpan(4), BlockSize);
        return new ScsiAnswer { Data = answer };
    }

    private ScsiAnswer Capacity16(byte[] block)
    {
        byte[] answer = new byte[32];
        BinaryPrimitives.WriteUInt64BigEndian(answer, LastBlock());
        BinaryPrimitives.WriteInt32BigEndian(answer.AsSpan(8), BlockSize);
        return Up(answer, BinaryPrimitives.ReadUInt32BigEndian(block.AsSpan(10)));
    }

    private ulong LastBlock() => checked((ulong)((Blocks?.Invoke(capacityReads++) ?? HonestBlocks) - 1));

    private ScsiAnswer Read(ulong lba, uint count)
    {
        ulong end = lba > long.MaxValue ? ulong.MaxValue : lba + count;
        if (end > (ulong)HonestBlocks)
        {
            return ScsiAnswer.Failed(Sense.OutOfRange);
        }
        long bytes = (long)count * BlockSize;
        if (bytes > LargestAnswer)
        {
            return ScsiAnswer.Failed(Sense.InvalidField);
        }
        if (bytes > LargestRead && AboveLargestRead != TransferFailure.StatusAfterData)
        {
            return ScsiAnswer.Failed(Sense.ReadError) with { Hang = AboveLargestRead == TransferFailure.Hang };
        }
        byte[] answer = new byte[bytes];
        data.Read((long)lba * BlockSize, answer);
        return new ScsiAnswer { Data = answer, Sense = bytes > LargestRead ? Sense.ReadError : Sense.None };
    }
}
