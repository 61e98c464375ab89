namespace Gatekeeper.Fuzz;

/// <summary>Every parser of hostile bytes.</summary>
public static class FuzzTargets
{
    /// <summary>All targets.</summary>
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        .. ReleaseTargets.All, .. KeyTargets.All, .. StatementTargets.All, .. TufTargets.All, .. StickTargets.All, .. StatusTargets.All, .. DeviceTargets.All, .. StateTargets.All, .. TextTargets.All,
    ];
}
