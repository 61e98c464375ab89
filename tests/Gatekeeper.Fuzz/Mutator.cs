using System.Buffers.Binary;
using System.Text;

namespace Gatekeeper.Fuzz;

/// <summary>Damages an input in one to six places. The same random numbers give the same damage.</summary>
internal sealed class Mutator(Random random, IReadOnlyList<byte[]> corpus, IReadOnlyList<string> words)
{
    private const int MaxLength = 1 << 20;
    private static readonly long[] Odd = [0, 1, -1, 2, 3, 7, 8, 16, 31, 32, 63, 64, 127, 128, 255, 256, 511, 512, 4095, 4096, 32767, 32768, 65535, 65536, int.MaxValue, int.MinValue, uint.MaxValue, 1L << 32, long.MaxValue, long.MinValue];

    public byte[] Damage(byte[] input)
    {
        List<byte> bytes = [.. input];
        for (int i = random.Next(1, 7); i > 0; i--)
        {
            Once(bytes);
        }

        return [.. bytes.Take(MaxLength)];
    }

    private void Once(List<byte> bytes)
    {
        int at = random.Next(bytes.Count + 1);
        int length = Math.Min(random.Next(1, 1 << random.Next(1, 10)), bytes.Count - at);
        switch (random.Next(12))
        {
            case 0 or 1 or 2 when at < bytes.Count:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 3 when at < bytes.Count:
                bytes[at] = (byte)random.Next(256);
                break;
            case 4:
                bytes.RemoveRange(at, length);
                break;
            case 5:
                bytes.InsertRange(at, bytes.GetRange(random.Next(bytes.Count - length + 1), length));
                break;
            case 6:
                Overwrite(bytes, at, [.. bytes.GetRange(random.Next(bytes.Count - length + 1), length)]);
                break;
            case 7:
                Splice(bytes, at);
                break;
            case 8:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 9 when words.Count > 0:
                bytes.InsertRange(at, Encoding.UTF8.GetBytes(words[random.Next(words.Count)]));
                break;
            case 10:
                Digit(bytes, at);
                break;
            default:
                Overwrite(bytes, at, Number());
                break;
        }
    }

    private byte[] Number()
    {
        byte[] number = new byte[8];
        long value = Odd[random.Next(Odd.Length)];
        if (random.Next(2) == 0)
        {
            BinaryPrimitives.WriteInt64LittleEndian(number, value);
            return number[..(1 << random.Next(4))];
        }

        BinaryPrimitives.WriteInt64BigEndian(number, value);
        return number[^(1 << random.Next(4))..];
    }

    private void Splice(List<byte> bytes, int at)
    {
        byte[] other = corpus[random.Next(corpus.Count)];
        bytes.RemoveRange(at, bytes.Count - at);
        bytes.AddRange(other.Skip(random.Next(2) == 0 ? at : random.Next(other.Length + 1)));
    }

    private void Digit(List<byte> bytes, int at)
    {
        int digit = bytes.FindIndex(Math.Min(at, bytes.Count), b => b is >= (byte)'0' and <= (byte)'9');
        if (digit >= 0)
        {
            bytes[digit] = (byte)('0' + random.Next(10));
        }
    }

    private static void Overwrite(List<byte> bytes, int at, byte[] with)
    {
        for (int i = 0; i < with.Length && at + i < bytes.Count; i++)
        {
            bytes[at + i] = with[i];
        }
    }
}
