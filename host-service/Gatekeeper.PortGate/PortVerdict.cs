using Gatekeeper.Release;

namespace Gatekeeper.PortGate;

/// <summary>What <see cref="PortJudge"/> decided about a device.</summary>
public abstract record PortVerdict
{
    private PortVerdict()
    {
    }

    /// <summary>It stays unauthorized.</summary>
    /// <param name="Code">Why.</param>
    /// <param name="Detail">Facts for the audit log: fixed words and numbers.</param>
    public sealed record Denied(Refusal Code, string Detail) : PortVerdict;

    /// <summary>A rule or a permit names it: the kernel's own driver may have it.</summary>
    /// <param name="Device">The proof.</param>
    public sealed record Allowed(AllowedDevice Device) : PortVerdict;

    /// <summary>A storage stick that is nothing else: it may be read with I03's commands.</summary>
    /// <param name="Device">The proof.</param>
    public sealed record Candidate(AcceptedDevice Device) : PortVerdict;
}
