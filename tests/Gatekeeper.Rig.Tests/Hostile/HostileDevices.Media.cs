using System.Buffers.Binary;
using Gatekeeper.Release;
using Gatekeeper.Rig.UsbRedir;

namespace Gatekeeper.Rig.Tests.Hostile;

public static partial class HostileDevices
{
    private const Refusal Geometry = Refusal.StickGeometry;

    private static IEnumerable<HostileDevice> Media() =>
    [
        .. new[] { 0u, 1u, 3u, 513u, 2048u, 65536u, 0x80000000u, uint.MaxValue }.Select(size => Capacity($"blocks of {size} bytes", 1000, size, Geometry)),
        Capacity("no block at all", 0xFFFFFFFE, 512, Geometry, Refusal.NoFileSystem, Refusal.NoRelease, Protocol),
        Capacity("one block", 0, 512, Geometry, Refusal.NoFileSystem, Protocol),
        HostileDevice.Answer("2 to the 64th blocks", (c, a) => c.Opcode == 0x25 ? a with { Data = Ten(uint.MaxValue, 512) } : c.Opcode == 0x9E ? a with { Data = Sixteen(ulong.MaxValue, 512) } : a, Geometry),
        HostileDevice.Answer("2 to the 63rd blocks", (c, a) => c.Opcode == 0x25 ? a with { Data = Ten(uint.MaxValue, 512) } : c.Opcode == 0x9E ? a with { Data = Sixteen(long.MaxValue, 512) } : a, Geometry, Refusal.NoRelease, Refusal.NoFileSystem),
        HostileDevice.Answer("a size of 4 bytes", (c, a) => c.Opcode == 0x25 ? a with { Data = new byte[4] } : a, Protocol, Geometry),
        HostileDevice.Stick("a size that shrinks to a megabyte at the second asking", t => t.Unit.Blocks = n => n == 0 ? 133120 : 2048, Refusal.NoRelease, Refusal.FileSystemDamaged),
        HostileDevice.Stick("ten times the size that it has", t => t.Unit.Blocks = _ => 1310720, Refusal.NoRelease, Protocol),
        HostileDevice.Stick("a hundredth of the size that it has", t => t.Unit.Blocks = _ => 1310, Refusal.NoRelease, Refusal.NoFileSystem, Refusal.FileSystemDamaged),
        HostileDevice.Stick("an optical drive", t => t.Unit.DeviceType = 5, Geometry),
        HostileDevice.Stick("a tape", t => t.Unit.DeviceType = 1, Geometry),
        HostileDevice.Answer("an INQUIRY of 4 bytes", (c, a) => c.Opcode == 0x12 ? a with { Data = a.Data[..4] } : a, Protocol, Geometry, Refusal.NoRelease),
        HostileDevice.Answer("an INQUIRY of another unit", (c, a) => c.Opcode == 0x12 ? a with { Data = Absent } : a, Geometry),
        HostileDevice.Stick("a card reader without a card", t => t.Unit.HasMedium = false, Geometry),
        HostileDevice.Stick("never ready", t => t.Unit.NotReadyFor = TimeSpan.FromHours(1), Slow),
        HostileDevice.Stick("a hundred attentions", t => t.Unit.UnitAttentions = 100, Slow, Protocol, Refusal.NoRelease),
    ];

    // I04: whoever reads twice gets other bytes the second time.
    private static IEnumerable<HostileDevice> Contents() =>
    [
        Lying("zeros from the second reading on", (time, _, bytes) => Change(time > 1, bytes, b => b.Clear())),
        Lying("other bytes at every reading", (time, _, bytes) => Change(true, bytes, b => b.Fill((byte)time))),
        Lying("a partition table that changes", (time, offset, bytes) => Change(time > 1 && offset < 512, bytes, b => b[..Math.Min(b.Length, 510)].Fill(0xFF))),
        Lying("random bytes everywhere", (_, offset, bytes) => new Random((int)(offset / 512)).NextBytes(bytes)),
        Lying("0xFF everywhere", (_, _, bytes) => bytes.Fill(0xFF)),
        new("two units, the second one with a release table of its own", data => new BulkOnlyTarget(new ScsiUnit(data), new ScsiUnit(new SparseData(1 << 20))).Device(), Refusal.NoRelease),
    ];

    private static HostileDevice Lying(string name, StickLie lie)
        => new(name, data => new BulkOnlyTarget(new LyingData(data, lie)).Device(), Refusal.NoRelease, Refusal.NoFileSystem, Refusal.FileSystemDamaged);

    private static void Change(bool when, Span<byte> bytes, SpanChange change)
    {
        if (when)
        {
            change(bytes);
        }
    }

    private delegate void SpanChange(Span<byte> bytes);

    private static HostileDevice Capacity(string name, uint last, uint size, params Refusal[] codes)
        => HostileDevice.Answer(name, (c, a) => c.Opcode == 0x25 ? a with { Data = Ten(last, size) } : a, codes);

    private static byte[] Ten(uint last, uint size)
    {
        byte[] answer = new byte[8];
        BinaryPrimitives.WriteUInt32BigEndian(answer, last);
        BinaryPrimitives.WriteUInt32BigEndian(answer.AsSpan(4), size);
        return answer;
    }

    private static byte[] Sixteen(ulong last, uint size)
    {
        byte[] answer = new byte[32];
        BinaryPrimitives.WriteUInt64BigEndian(answer, last);
        BinaryPrimitives.WriteUInt32BigEndian(answer.AsSpan(8), size);
        return answer;
    }

    private static byte[] Absent => [0x7F, 0, 6, 2, 31, .. new byte[31]];
}
