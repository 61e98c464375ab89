using Gatekeeper.Crash.Tests.Model;
using Gatekeeper.Update;

namespace Gatekeeper.Crash.Tests;

/// <summary>The two record areas of a state partition, read beside the TrustStore.</summary>
internal static class Areas
{
    /// <summary>The newer whole one, or null.</summary>
    public static (long Sequence, byte[] Payload)? Newest(Disk state) =>
        new[] { Read(state, 0), Read(state, StatePartition.AreaBytes) }.Where(a => a is not null).OrderByDescending(a => a!.Value.Sequence).FirstOrDefault();

    private static (long Sequence, byte[] Payload)? Read(Disk state, long offset)
    {
        try
        {
            byte[] header = new byte[StateArea.HeaderBytes];
            state.ReadAt(offset, header);
            if (StateArea.PayloadLength(header) is not { } length)
            {
                return null;
            }

            byte[] area = new byte[StateArea.HeaderBytes + length];
            state.ReadAt(offset, area);
            return StateArea.Decode(area);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
