namespace Gatekeeper.Release;

/// <summary>Every limit on what comes from outside, in one file, each with its reason (I11). A limit is ours unless it names a standard.</summary>
public static class Limits
{
    /// <summary>Bytes of one TUF metadata file. Ours; the largest real one seen is 70 KiB.</summary>
    public const int MaxMetadataBytes = 512 * 1024;

    /// <summary>Root versions in one file. DESIGN §5: one a quarter for 64 years.</summary>
    public const int MaxRoots = 256;

    /// <summary>Connects on one port within a minute before it is disabled (I10). A person plugs at most every five seconds.</summary>
    public const int PlugsPerMinute = 12;

    /// <summary>Seconds from a stick's first ready answer to its verdict (I11, DESIGN §9).</summary>
    public const int VerdictSeconds = 30;
}
