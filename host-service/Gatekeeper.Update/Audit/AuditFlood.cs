namespace Gatekeeper.Update;

/// <summary>Counts equal refusals of one port, so that a stick that flaps cannot roll the ring over (I13).</summary>
internal sealed class AuditFlood
{
    private const long WindowMs = 60_000; // ours: a person who plugs the same stick again a minute later gets a line of his own
    private readonly Dictionary<string, Counted> ports = new(StringComparer.Ordinal);

    public sealed record Line(string What, string Code, string Port, string Detail);

    private sealed class Counted(Line line, long since)
    {
        public Line Line { get; } = line;

        public long Since { get; } = since;

        public int Count { get; set; }
    }

    /// <summary>Counts <paramref name="line"/> when the port's last line was the same less than a minute ago.</summary>
    public bool IsRepeat(Line line, long now)
    {
        if (!ports.TryGetValue(line.Port, out Counted? last) || last.Line != line || now - last.Since >= WindowMs)
        {
            return false;
        }

        last.Count++;
        return true;
    }

    /// <summary>The port's last line and how often it came again; null when it did not.</summary>
    public (Line Line, int Count)? Take(string port) => ports.Remove(port, out Counted? last) && last.Count > 0 ? (last.Line, last.Count) : null;

    /// <summary>All that is over, or simply all.</summary>
    public List<(Line Line, int Count)?> TakeOver(long now, bool all) =>
        [.. ports.Values.Where(c => all || now - c.Since >= WindowMs).Select(c => c.Line.Port).ToList().Select(Take).Where(c => c is not null)];

    /// <summary>The line is in the log now.</summary>
    public void Written(Line line, long now) => ports[line.Port] = new Counted(line, now);
}
