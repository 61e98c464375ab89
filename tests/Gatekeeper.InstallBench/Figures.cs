using System.Globalization;

namespace Gatekeeper.InstallBench;

/// <summary>What one install took. Times in milliseconds of the monotonic clock, from the moment the release file was opened.</summary>
/// <param name="Verified">The release was verified but for its payload.</param>
/// <param name="Begun">The running set was compared with its record, the idle one made unbootable.</param>
/// <param name="Durable">Every chunk was verified, written and flushed.</param>
/// <param name="Done">It was read back past the page cache, the record is written.</param>
/// <param name="BytesRead">Bytes read of the release file.</param>
/// <param name="Processor">User and system time of the process, with its start.</param>
/// <param name="PeakKiB">Peak resident memory (VmHWM), and of it what no file holds (RssAnon, at the end).</param>
/// <param name="AnonymousKiB">See <paramref name="PeakKiB"/>.</param>
internal sealed record Figures(long Verified, long Begun, long Durable, long Done, long BytesRead, double Processor, long PeakKiB, long AnonymousKiB)
{
    /// <summary>One line, names and numbers in turn.</summary>
    public string Line() => string.Create(
        CultureInfo.InvariantCulture,
        $"verified {Verified} begun {Begun} durable {Durable} done {Done} read {BytesRead} cpu {Processor:0} peak {PeakKiB} anonymous {AnonymousKiB}");

    /// <summary>A number of <c>/proc/self/status</c>, in KiB.</summary>
    public static long OfStatus(string name)
    {
        string line = File.ReadLines("/proc/self/status").First(l => l.StartsWith(name + ":", StringComparison.Ordinal));
        return long.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }
}
