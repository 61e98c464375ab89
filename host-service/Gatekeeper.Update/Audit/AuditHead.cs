using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Gatekeeper.Update;

/// <summary>
/// The log's anchor: which chain is the current one and where it starts. Written twice, once a chain, after the chain's first record:
/// so an anchor without its records is a loss, never a first start. 0 magic, 4 zero, 8 first sequence number, 16 chain, 32 SHA-256 of bytes 0 to 31.
/// </summary>
internal sealed record AuditHead(Guid Chain, long First)
{
    private const int Bytes = 512;
    private const int Used = 64;
    private const int CopyDistance = 4096; // the two copies share no physical sector
    private static ReadOnlySpan<byte> Magic => "GKH1"u8;

    public static AuditHead? Read(IBlockDevice device)
    {
        AuditHead? best = null;
        for (int copy = 0; copy < 2; copy++)
        {
            byte[] b = new byte[Used];
            try
            {
                device.ReadAt(StatePartition.LogHeadOffset + (copy * CopyDistance), b);
            }
            catch (IOException)
            {
                continue;
            }

            if (b.AsSpan(0, 4).SequenceEqual(Magic) && SHA256.HashData(b.AsSpan(0, 32)).AsSpan().SequenceEqual(b.AsSpan(32)))
            {
                var head = new AuditHead(new Guid(b.AsSpan(16, 16)), BinaryPrimitives.ReadInt64LittleEndian(b.AsSpan(8)));
                best = best is null || head.First > best.First ? head : best;
            }
        }

        return best;
    }

    public void Write(IBlockDevice device)
    {
        byte[] b = new byte[Bytes];
        Magic.CopyTo(b);
        BinaryPrimitives.WriteInt64LittleEndian(b.AsSpan(8), First);
        Chain.TryWriteBytes(b.AsSpan(16));
        SHA256.HashData(b.AsSpan(0, 32)).CopyTo(b, 32);
        for (int copy = 0; copy < 2; copy++)
        {
            device.WriteAt(StatePartition.LogHeadOffset + (copy * CopyDistance), b);
            device.Flush();
        }
    }
}
