using System.Diagnostics;
using System.Globalization;

namespace Gatekeeper.Fuzz.Coverage;

/// <summary>A copy of this program beside instrumented copies of the assemblies under test.</summary>
internal static class InstrumentedCopy
{
    private const string CountersFile = "counters.txt";

    /// <summary>Turns coverage on when this process is the instrumented copy.</summary>
    /// <returns>False when it is the original.</returns>
    public static bool IsThis()
    {
        string counters = Path.Combine(AppContext.BaseDirectory, CountersFile);
        if (!File.Exists(counters))
        {
            return false;
        }

        CoverageMap.TurnOn(int.Parse(File.ReadAllText(counters), CultureInfo.InvariantCulture));
        return true;
    }

    /// <summary>Makes the copy and runs it with the same arguments.</summary>
    /// <param name="folder">Where; made anew.</param>
    /// <param name="args">The arguments.</param>
    /// <returns>Its exit code.</returns>
    public static int Run(string folder, string[] args)
    {
        Directory.CreateDirectory(folder);
        foreach (string file in Directory.GetFiles(AppContext.BaseDirectory))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }

        var instrumenter = new Instrumenter();
        int counters = 0;
        foreach (string name in Instrumenter.Assemblies)
        {
            counters = instrumenter.Rewrite(Path.Combine(folder, name));
        }

        File.WriteAllText(Path.Combine(folder, CountersFile), counters.ToString(CultureInfo.InvariantCulture));
        Console.WriteLine($"{counters} counters in {string.Join(", ", Instrumenter.Assemblies)}");

        using Process child = Process.Start(new ProcessStartInfo(Path.Combine(folder, typeof(InstrumentedCopy).Assembly.GetName().Name!), args))
            ?? throw new InvalidOperationException("the instrumented copy did not start");
        child.WaitForExit();
        return child.ExitCode;
    }
}
