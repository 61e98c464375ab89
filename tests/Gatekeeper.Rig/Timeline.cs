using System.Diagnostics;
using System.Globalization;

namespace Gatekeeper.Rig;

/// <summary>A readable record of what happened when, for a person who watches.</summary>
public sealed class Timeline(TextWriter output)
{
    private readonly Stopwatch clock = Stopwatch.StartNew();

    /// <summary>Seconds since the start.</summary>
    public double Seconds => clock.Elapsed.TotalSeconds;

    /// <summary>Writes a line with the time in front.</summary>
    public void Say(string what) => output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Seconds,7:0.0} s  {what}"));

    /// <summary>Writes a line that belongs to the one before.</summary>
    public void Detail(string what) => output.WriteLine($"           {what}");

    /// <summary>Writes a heading.</summary>
    public void Chapter(string title) => output.WriteLine($"\n{title}");
}
