using System.Security.Cryptography;
using Gatekeeper.Release;

namespace Gatekeeper.Update;

/// <summary>Compares a whole slot set with its record, past every cache.</summary>
internal static class SetCheck
{
    private const int AdoptChunkBytes = 1024 * 1024;

    /// <summary>Bytes that <see cref="Matches"/> reads for this record.</summary>
    public static long Cost(SetRecord? record) => record?.Parts.Sum(p => p.ImageSize) ?? 0;

    /// <summary>True when the record says complete or kept and every part has its hash. A medium that fails is a set that does not match.</summary>
    public static bool Matches(SlotDevices slots, SlotSet set, SetRecord? record, ProgressMeter? meter)
    {
        if (record is null || record.State == SetState.Unbootable || record.Parts.Length != SlotNames.Parts.Count)
        {
            return false;
        }

        foreach (SlotPart part in SlotNames.Parts)
        {
            PartRecord? wanted = record.Parts.FirstOrDefault(p => p.Part == part.Name());
            if (wanted is null || wanted.ImageSize > slots[set, part].Length || wanted.ChunkSize is < Limits.MinChunkBytes or > Limits.MaxChunkBytes)
            {
                return false;
            }

            try
            {
                if (!Hash(slots[set, part], wanted, meter).AsSpan().SequenceEqual(wanted.Hash))
                {
                    return false;
                }
            }
            catch (IOException)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// Takes down what a part holds that nobody recorded: whole chunks up to the last byte that is not zero. The factory writes into
    /// a blank partition; the blank rest is not part of any image.
    /// </summary>
    /// <exception cref="IOException">The medium failed.</exception>
    public static PartRecord Adopt(IBlockDevice device, SlotPart part, ProgressMeter meter)
    {
        var hashes = new List<byte[]>();
        int used = 0;
        byte[] buffer = new byte[AdoptChunkBytes];
        byte[] zeros = SHA256.HashData(buffer);
        for (long at = 0; at < device.Length; at += buffer.Length)
        {
            Span<byte> chunk = buffer.AsSpan(0, (int)Math.Min(buffer.Length, device.Length - at));
            device.ReadDirectAt(at, chunk);
            bool blank = !chunk.ContainsAnyExcept((byte)0);
            hashes.Add(blank && chunk.Length == buffer.Length ? zeros : SHA256.HashData(chunk));
            used = blank ? used : hashes.Count;
            meter.Add(chunk.Length);
        }

        byte[] hash = SHA256.HashData(hashes.Take(used).SelectMany(h => h).ToArray());
        return new PartRecord(part.Name(), Math.Min((long)used * buffer.Length, device.Length), buffer.Length, hash);
    }

    private static byte[] Hash(IBlockDevice device, PartRecord wanted, ProgressMeter? meter)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[wanted.ChunkSize];
        for (long at = 0; at < wanted.ImageSize; at += buffer.Length)
        {
            Span<byte> chunk = buffer.AsSpan(0, (int)Math.Min(buffer.Length, wanted.ImageSize - at));
            device.ReadDirectAt(at, chunk);
            hash.AppendData(SHA256.HashData(chunk));
            meter?.Add(chunk.Length);
        }

        return hash.GetHashAndReset();
    }
}
