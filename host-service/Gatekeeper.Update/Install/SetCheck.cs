using System.Security.Cryptography;
using Gatekeeper.Release;

namespace Gatekeeper.Update;

/// <summary>
/// Compares a whole slot set with its record, past every cache. Stops when the device comes into use (I15) and goes on from there
/// when <see cref="Run"/> is called again.
/// </summary>
internal sealed class SetCheck(SlotDevices slots, SlotSet set, SetRecord? record)
{
    private const int AdoptChunkBytes = 1024 * 1024;

    private ChunkHashes hashes = new();
    private int part;
    private bool? result;

    /// <summary>Bytes that a check of this record reads.</summary>
    public static long Cost(SetRecord? record) => record?.Parts.Sum(p => p.ImageSize) ?? 0;

    /// <summary>True when the record says complete or kept and every part has its hash. A medium that fails is a set that does not match.</summary>
    public static bool Matches(SlotDevices slots, SlotSet set, SetRecord? record, ProgressMeter meter) => new SetCheck(slots, set, record).Run(meter);

    /// <summary>The answer of <see cref="Matches"/>, from the start or from where it stopped.</summary>
    /// <param name="meter">Looks at the lease.</param>
    /// <param name="counted">Whether the bytes are part of the meter's total.</param>
    /// <exception cref="RefusedException"><see cref="Refusal.InUse"/>.</exception>
    public bool Run(ProgressMeter meter, bool counted = true) => result ??= Whole(meter, counted);

    private bool Whole(ProgressMeter meter, bool counted)
    {
        if (record is null || record.State == SetState.Unbootable || record.Parts.Length != SlotNames.Parts.Count)
        {
            return false;
        }

        for (; part < SlotNames.Parts.Count; part++)
        {
            SlotPart at = SlotNames.Parts[part];
            PartRecord? wanted = record.Parts.FirstOrDefault(p => p.Part == at.Name());
            if (wanted is null || wanted.ImageSize > slots[set, at].Length || wanted.ChunkSize is < Limits.MinChunkBytes or > Limits.MaxChunkBytes)
            {
                return false;
            }

            try
            {
                if (!Hash(slots[set, at], wanted, meter, counted).AsSpan().SequenceEqual(wanted.Hash))
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

    private byte[] Hash(IBlockDevice device, PartRecord wanted, ProgressMeter meter, bool counted)
    {
        byte[] buffer = new byte[wanted.ChunkSize];
        for (long at = (long)hashes.Count * buffer.Length; at < wanted.ImageSize; at += buffer.Length)
        {
            Span<byte> chunk = buffer.AsSpan(0, (int)Math.Min(buffer.Length, wanted.ImageSize - at));
            LeasePieces.Read(at, chunk, meter.Look, device.ReadDirectAt);
            hashes.Add(SHA256.HashData(chunk));
            meter.Add(counted ? chunk.Length : 0);
        }

        byte[] whole = hashes.Finish();
        hashes = new ChunkHashes();
        return whole;
    }
}
