using System.Security.Cryptography;

namespace Gatekeeper.Update;

/// <summary>Compares a whole slot set with its record, past every cache.</summary>
internal static class SetCheck
{
    private const int StepBytes = 1024 * 1024;

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
            if (wanted is null || wanted.ImageSize > slots[set, part].Length)
            {
                return false;
            }

            try
            {
                if (!Hash(slots[set, part], wanted.ImageSize, meter).AsSpan().SequenceEqual(wanted.Hash))
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

    /// <summary>SHA-256 of the first <paramref name="length"/> bytes of the medium.</summary>
    /// <exception cref="IOException">The medium failed.</exception>
    public static byte[] Hash(IBlockDevice device, long length, ProgressMeter? meter)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[(int)Math.Min(StepBytes, Math.Max(length, 1))];
        for (long at = 0; at < length; at += buffer.Length)
        {
            Span<byte> step = buffer.AsSpan(0, (int)Math.Min(buffer.Length, length - at));
            device.ReadDirectAt(at, step);
            hash.AppendData(step);
            meter?.Add(step.Length);
        }

        return hash.GetHashAndReset();
    }
}
