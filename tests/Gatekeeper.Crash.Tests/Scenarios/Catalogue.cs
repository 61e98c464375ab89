namespace Gatekeeper.Crash.Tests.Scenarios;

/// <summary>Everything that writes and that the power may interrupt.</summary>
internal static class Catalogue
{
    public static IReadOnlyList<Scenario> All { get; } =
    [
        Installs.First, Installs.Later, Installs.Repair, Installs.Failed, Installs.FallBack, Installs.TakeOver,
        .. Papers.All,
        Stores.Records, Stores.Wrap, Stores.NewChain, Stores.Staging, Stores.Migration,
    ];

    /// <summary>Enough to hold every flush and every order of the code once.</summary>
    public static IEnumerable<Scenario> ForMutation => All.Where(s => s.Name is not (Stores.WrapName or Stores.RecordsName));

    public static Scenario Of(string name) => All.Single(s => s.Name == name);
}
