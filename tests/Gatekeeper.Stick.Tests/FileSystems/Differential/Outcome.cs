namespace Gatekeeper.Stick.Tests.FileSystems.Differential;

/// <summary>How the walk and the tools ended on one damaged image.</summary>
internal enum Outcome
{
    /// <summary>Tools: sound. The walk: the same files, byte for byte.</summary>
    SoundAndSame,

    /// <summary>Tools: sound. The walk refuses, with a code.</summary>
    SoundAndRefused,

    /// <summary>Tools: damaged, or they cannot read it. The walk refuses, with a code.</summary>
    DamagedAndRefused,

    /// <summary>Tools: damaged. The walk finds files; those that the tools read too have the same bytes.</summary>
    DamagedAndSame,

    /// <summary>Tools: damaged, and they read none of what the walk finds.</summary>
    DamagedAndAlone,

    /// <summary>Tools: damaged. The walk: readable, and no release on it.</summary>
    DamagedAndNone,
}
