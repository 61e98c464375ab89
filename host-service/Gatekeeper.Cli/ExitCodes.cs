namespace Gatekeeper.Cli;

/// <summary>Exit codes of <c>gatekeeper</c>. Scripts rely on them: a number is never given a second meaning.</summary>
public static class ExitCodes
{
    /// <summary>Done, and nothing is wrong.</summary>
    public const int Good = 0;

    /// <summary>The command line was not understood (System.CommandLine's own code), or a file named on it cannot be used.</summary>
    public const int Usage = 1;

    /// <summary>gatekeeperd refused the request; <c>error:</c> says why.</summary>
    public const int Refused = 2;

    /// <summary>gatekeeperd does not answer, or not to this user.</summary>
    public const int NoService = 3;

    /// <summary><c>doctor</c> found something to mend, or <c>log verify</c> found the chain broken.</summary>
    public const int Findings = 4;
}
