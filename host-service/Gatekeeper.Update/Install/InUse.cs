namespace Gatekeeper.Update;

/// <summary>The lease of the device's own program (I15).</summary>
public interface IInUse
{
    /// <summary>
    /// True while the device is used for its purpose, and while nobody can say. Asked before each piece that is written to a stage or a
    /// slot, so it must answer at once, from any thread.
    /// </summary>
    bool InUse { get; }
}
