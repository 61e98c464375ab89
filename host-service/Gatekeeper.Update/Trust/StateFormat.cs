namespace Gatekeeper.Update;

/// <summary>
/// The numbers of the state's format. A change that an older program can live with (a new member it may drop) raises
/// <see cref="Current"/> alone; one that it would misread raises <see cref="MinReader"/> too. Neither is written before <c>keep</c>.
/// </summary>
public static class StateFormat
{
#if STATE_FORMAT_NEXT
    // The build that the upgrade test calls version N+1: -p:StateFormatNext=true.

    /// <summary>The format this program writes once its system is kept.</summary>
    public const int Current = 2;

    /// <summary>The lowest format number a reader must know to read it.</summary>
    public const int MinReader = 2;
#else
    /// <summary>The format this program writes once its system is kept.</summary>
    public const int Current = 1;

    /// <summary>The lowest format number a reader must know to read it.</summary>
    public const int MinReader = 1;
#endif
}
