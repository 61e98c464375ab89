namespace Gatekeeper.Release.Tuf;

/// <summary>Which reader of TUF metadata reads. The procedure (<see cref="TufRules"/>), the counting of signatures and the walk through delegations are one code for both; they differ in which spellings they take.</summary>
internal enum TufProfile
{
    /// <summary>A device that reads a release file: FORMAT.md, one spelling for one meaning. What is not exactly so is refused.</summary>
    Device,

    /// <summary>A client of an ordinary TUF repository (TUF 1.0.34): whatever other TUF tools write, as far as it is unambiguous.</summary>
    Repository,
}
