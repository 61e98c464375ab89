namespace Gatekeeper.Signing.Sticks;

/// <summary>Dates as FAT and exFAT keep them: two seconds exact, from 1980 to 2107.</summary>
internal static class DosTime
{
    /// <summary>Date and time words of a moment, in UTC; moments outside the range become its ends.</summary>
    internal static (ushort Date, ushort Time) Of(DateTimeOffset moment)
    {
        DateTimeOffset t = moment.ToUniversalTime();
        if (t.Year < 1980)
        {
            t = new DateTimeOffset(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
        }
        else if (t.Year > 2107)
        {
            t = new DateTimeOffset(2107, 12, 31, 23, 59, 58, TimeSpan.Zero);
        }

        return ((ushort)(((t.Year - 1980) << 9) | (t.Month << 5) | t.Day), (ushort)((t.Hour << 11) | (t.Minute << 5) | (t.Second / 2)));
    }
}
