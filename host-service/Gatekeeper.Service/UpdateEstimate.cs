using System.Diagnostics;
using Gatekeeper.Release;

namespace Gatekeeper.Service;

/// <summary>
/// How long an update will take, for the page that says that one was found: how fast this stick is, measured now, and how fast this device
/// is, measured once by its manufacturer. Only words come of it: the bytes that are read here are dropped.
/// </summary>
internal static class UpdateEstimate
{
    // Half a second shows the speed of any stick well enough for a sentence in minutes.
    private const int SampleMs = 500;
    private const int PieceBytes = 1 << 20;
    private const long MostBytes = 16L << 20;

    /// <summary>Seconds until the new version runs; null when the policy does not say how fast the device is, or the stick cannot be read.</summary>
    internal static int? Seconds(PacePolicy? pace, IReleaseSource source)
    {
        if (pace is null || source.Length == 0)
        {
            return null;
        }

        try
        {
            return Seconds(pace, source.Length, BytesPerSecond(source));
        }
        catch (RefusedException)
        {
            // Pulled or broken: what comes next reads the same stick and says so, on record.
            return null;
        }
    }

    /// <summary>The sum. Rounded up, at least one second.</summary>
    internal static int Seconds(PacePolicy pace, long bytes, double stickBytesPerSecond)
    {
        double seconds = (bytes / stickBytesPerSecond) + (bytes / (pace.InstallMbPerSecond * 1e6)) + pace.RestartSeconds;
        return (int)Math.Clamp(Math.Ceiling(seconds), 1, int.MaxValue);
    }

    private static double BytesPerSecond(IReleaseSource source)
    {
        byte[] piece = new byte[Math.Min(PieceBytes, source.Length)];
        long most = Math.Min(MostBytes, source.Length - piece.Length);
        long read = 0;
        Stopwatch time = Stopwatch.StartNew();
        do
        {
            // From the end of the file on backwards: payload, and nothing that was read a moment ago.
            source.ReadAt(source.Length - piece.Length - Math.Min(read, most), piece);
            read += piece.Length;
        }
        while (time.ElapsedMilliseconds < SampleMs && read <= most);

        return read / Math.Max(1e-6, time.Elapsed.TotalSeconds);
    }
}
