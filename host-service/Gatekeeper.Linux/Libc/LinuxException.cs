using System.Runtime.InteropServices;

namespace Gatekeeper.Linux;

/// <summary>A system call that failed in a way its caller does not handle: our mistake or the machine's, never the stick's.</summary>
/// <param name="call">The call's C name.</param>
/// <param name="error">errno.</param>
public sealed class LinuxException(string call, int error) : IOException($"{call}: {Marshal.GetPInvokeErrorMessage(error)} ({error})")
{
    /// <summary>errno.</summary>
    public int Error { get; } = error;

    internal static LinuxException Last(string call) => new(call, Marshal.GetLastPInvokeError());

    internal static int Check(int result, string call) => result >= 0 ? result : throw Last(call);

    /// <summary>For a call whose only success is 0.</summary>
    internal static void CheckZero(nint result, string call)
    {
        if (result != 0)
        {
            throw Last(call);
        }
    }
}
