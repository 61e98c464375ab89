namespace Gatekeeper.SampleApp;

/// <summary>
/// The self check. On trial, a new version is kept only when we say that it works; a "no", or silence, leads back to the old one.
/// A real device checks its sensors, its alarms and its data here.
/// </summary>
internal sealed class SelfCheck
{
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(3);

    private readonly string _folder;
    private readonly long _started = Environment.TickCount64;
    private bool _said;

    internal SelfCheck(string folder)
    {
        _folder = folder;
        string path = Path.Combine(folder, "version");
        Version = File.Exists(path) ? File.ReadAllText(path).Trim() : null;
    }

    /// <summary>The version of this program, from the system image; null when the image does not say.</summary>
    internal string? Version { get; }

    /// <summary>True when the check has run.</summary>
    internal bool Finished => Environment.TickCount64 - _started >= Duration.TotalMilliseconds;

    /// <summary>A new connection: Gatekeeper has not heard the result.</summary>
    internal void Reset() => _said = false;

    /// <summary>The result, once when it is known; else null.</summary>
    /// <param name="screenWorks">True unless the screen failed.</param>
    internal bool? Due(bool screenWorks)
    {
        if (_said || !Finished)
        {
            return null;
        }

        _said = true;
        // The file "unhealthy" stands for a fault that only shows on the device: it is how a bad version is made for tests.
        return screenWorks && Version is not null && !File.Exists(Path.Combine(_folder, "unhealthy"));
    }
}
