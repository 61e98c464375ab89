namespace Gatekeeper.Crash.Tests;

/// <summary>A crash state that must not be.</summary>
/// <param name="rule">The rule that it breaks, in fixed words.</param>
/// <param name="detail">What was found.</param>
internal sealed class CrashViolationException(string rule, string detail) : Exception($"{rule}: {detail}")
{
    public string Rule { get; } = rule;

    public static void Unless(bool holds, string rule, string detail)
    {
        if (!holds)
        {
            throw new CrashViolationException(rule, detail);
        }
    }
}
