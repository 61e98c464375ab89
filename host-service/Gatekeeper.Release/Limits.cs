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

    #region Texts of a release, as signed and as shown

    /// <summary>UTF-16 characters of a product's name. Ours: what a screen shows in two lines.</summary>
    public const int MaxProductChars = 64;

    /// <summary>UTF-16 characters of the release notes. Ours: a page; more belongs in a manual.</summary>
    public const int MaxNotesChars = 2000;

    #endregion

    #region Status socket

    /// <summary>Bytes of one line of the status socket with its line feed. Ours: twice what a status with the longest notes has in plain English.</summary>
    public const int MaxStatusLineBytes = 16 * 1024;

    /// <summary>Characters of a version, <c>65535.65535.65535</c>.</summary>
    public const int MaxVersionChars = 17;

    /// <summary>Characters of a sentence on the screen. Ours: five lines at the smallest screen.</summary>
    public const int MaxStatusSentenceChars = 240;

    /// <summary>Characters of a code like <c>U-21</c>.</summary>
    public const int MaxStatusCodeChars = 8;

    #endregion
}
