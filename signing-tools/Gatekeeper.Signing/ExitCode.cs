namespace Gatekeeper.Signing;

/// <summary>What the process returns. Scripts rely on the numbers: they are documented in <c>--help</c> and <c>signing-tools/README.md</c> and never reused.</summary>
public enum ExitCode
{
    /// <summary>Done.</summary>
    Done = 0,

    /// <summary>A mistake of ours; the message says what to report.</summary>
    Internal = 1,

    /// <summary>The command line is wrong.</summary>
    Usage = 2,

    /// <summary>A device would refuse this file.</summary>
    Refused = 3,

    /// <summary>An input file is missing, unreadable or not what its option asks for.</summary>
    Input = 4,

    /// <summary>No passphrase or PIN, or the wrong one.</summary>
    Passphrase = 5,

    /// <summary>Signatures are missing, or a key belongs to no role.</summary>
    Signatures = 6,

    /// <summary>The output exists already, cannot be written or may not be overwritten.</summary>
    Output = 7,

    /// <summary>A token or its module is missing, was taken away, or cannot do what is asked.</summary>
    Token = 8,

    /// <summary>A key that signs a limited number of times does not sign now: none are left, it is in use, or its index is not certain.</summary>
    KeyState = 9,

    /// <summary><c>check</c> found something that expires within the warning time, or <c>rehearse</c> a device that would be cut off.</summary>
    Attention = 10,
}
