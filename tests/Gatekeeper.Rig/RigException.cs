namespace Gatekeeper.Rig;

/// <summary>The rig itself failed: a tool, QEMU or the guest did not do what a test needs. The message says which and where its log is.</summary>
public sealed class RigException : Exception
{
    /// <summary>A failure with a plain message.</summary>
    public RigException(string message) : base(message) { }

    /// <summary>A failure with its cause.</summary>
    public RigException(string message, Exception inner) : base(message, inner) { }
}
