using Gatekeeper.Release;

namespace Gatekeeper.Stick.Transport;

/// <summary>What kind of failure a command met.</summary>
public enum TransportFaultKind
{
    /// <summary>The stick broke the rules of the transport.</summary>
    Protocol,

    /// <summary>No end in time.</summary>
    Timeout,

    /// <summary>The stick is not there any more.</summary>
    Gone,

    /// <summary>The stick reported that the command failed.</summary>
    Medium,

    /// <summary>The stick reported an event, a reset for example, instead of doing the command.</summary>
    Attention,
}

/// <summary>A failed command: it may be tried again, smaller, until the budget ends.</summary>
/// <param name="Kind">What kind.</param>
/// <param name="Detail">Fixed words and numbers.</param>
public readonly record struct TransportFault(TransportFaultKind Kind, string Detail)
{
    /// <summary>The refusal it becomes when nothing is tried again.</summary>
    public RefusedException Refused() => new(
        Kind switch
        {
            TransportFaultKind.Timeout => Refusal.StickTimeout,
            TransportFaultKind.Gone => Refusal.StickGone,

            // Who is told "pulled out too early" plugs a worn stick in again and again.
            _ => Refusal.StickProtocol,
        },
        Detail);
}
