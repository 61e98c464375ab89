namespace Gatekeeper.Update;

/// <summary>The lease of the device's own program (I15).</summary>
public interface IInUse
{
    /// <summary>True while the device is used for its purpose, and while nobody can say.</summary>
    bool InUse { get; }
}
