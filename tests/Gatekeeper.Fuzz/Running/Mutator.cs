using System.Buffers.Binary;
using System.Text;

namespace Gatekeeper.Fuzz;

/// <summary>Damages an input in one to six places, in a buffer of its own. The same random numbers give the same damage.</summary>
/// <param name="words">Texts worth putting into an input.</param>
internal sealed class Mutator(IReadOnlyList<string> words)
{
    private const int MaxLength = 1 << 20;
    private static readonly long[] Odd = [0, 1, -1, 2, 3, 7, 8, 16, 31, 32, 63, 64, 127, 128, 255, 256, 511, 512, 4095, 4096, 32767, 32768, 65535, 65536, int.MaxValue, int.MinValue, uint.MaxValue, 1L << 32, long.MaxValue, long.MinValue];

    private readonly byte[][] known = [.. words.Select(Encoding.UTF8.GetBytes)];
    private readonly byte[] number = new byte[8];
    private byte[] bytes = new byte[1 << 16];
    private byte[] aside = new byte[1 << 10];
    private int count;

    /// <summary>A damaged copy.</summary>
    /// <param name="random">Where the damage comes from.</param>
    /// <param name="corpus">Where other inputs are taken from to be spliced in.</param>
    /// <param name="input">The input.</param>
    public byte[] Damage(Random random, IReadOnlyList<byte[]> corpus, byte[] input)
    {
        count = 0;
        Insert(0, input);
        for (int i = random.Next(1, 7); i > 0; i--)
        {
            Once(random, corpus);
        }

        return bytes.AsSpan(0, count).ToArray();
    }

    private void Once(Random random, IReadOnlyList<byte[]> corpus)
    {
        int at = random.Next(count + 1);
        int length = Math.Min(random.Next(1, 1 << random.Next(1, 10)), count - at);
        switch (random.Next(14))
        {
            case 0 or 1 or 2 when at < count:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 3 when at < count:
                bytes[at] = (byte)random.Next(256);
                break;
            case 4:
                Remove(at, length);
                break;
            case 5:
                Insert(at, Aside(random, length));
                break;
            case 6:
                Overwrite(at, Aside(random, length));
                break;
            case 7:
                Splice(random, corpus, at);
                break;
            case 8:
                count = at;
                break;
            case 9 or 10 when known.Length > 0:
                byte[] word = known[random.Next(known.Length)];
                if (random.Next(3) == 0)
                {
                    Overwrite(at, word);
                }
                else
                {
                    Insert(at, word);
                }

                break;
            case 11:
                Digit(random, at);
                break;
            case 12 when at < count:
                bytes[at] = unchecked((byte)(bytes[at] + random.Next(-16, 17)));
                break;
            default:
                Overwrite(at, Number(random));
                break;
        }
    }

    private ReadOnlySpan<byte> Number(Random random)
    {
        long value = Odd[random.Next(Odd.Length)];
        if (random.Next(2) == 0)
        {
            BinaryPrimitives.WriteInt64LittleEndian(number, value);
            return number.AsSpan(0, 1 << random.Next(4));
        }

        BinaryPrimitives.WriteInt64BigEndian(number, value);
        return number.AsSpan(8 - (1 << random.Next(4)));
    }

    private void Splice(Random random, IReadOnlyList<byte[]> corpus, int at)
    {
        byte[] other = corpus[random.Next(corpus.Count)];
        count = at;
        Insert(at, other.AsSpan(Math.Min(random.Next(2) == 0 ? at : random.Next(other.Length + 1), other.Length)));
    }

    private void Digit(Random random, int at)
    {
        int digit = bytes.AsSpan(at, count - at).IndexOfAnyInRange((byte)'0', (byte)'9');
        if (digit >= 0)
        {
            bytes[at + digit] = (byte)('0' + random.Next(10));
        }
    }

    private ReadOnlySpan<byte> Aside(Random random, int length)
    {
        bytes.AsSpan(random.Next(count - length + 1), length).CopyTo(aside);
        return aside.AsSpan(0, length);
    }

    private void Remove(int at, int length)
    {
        bytes.AsSpan(at + length, count - at - length).CopyTo(bytes.AsSpan(at));
        count -= length;
    }

    private void Insert(int at, ReadOnlySpan<byte> with)
    {
        with = with[..Math.Min(with.Length, MaxLength - count)];
        if (count + with.Length > bytes.Length)
        {
            Array.Resize(ref bytes, Math.Min(MaxLength, 2 * (count + with.Length)));
        }

        bytes.AsSpan(at, count - at).CopyTo(bytes.AsSpan(at + with.Length));
        with.CopyTo(bytes.AsSpan(at));
        count += with.Length;
    }

    private void Overwrite(int at, ReadOnlySpan<byte> with) => with[..Math.Min(with.Length, count - at)].CopyTo(bytes.AsSpan(at));
}
