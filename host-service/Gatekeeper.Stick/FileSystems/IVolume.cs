namespace Gatekeeper.Stick.FileSystems;

/// <summary>An opened file system.</summary>
internal interface IVolume
{
    /// <summary>Adds every release file of the root directory and of <c>/gatekeeper</c>.</summary>
    /// <exception cref="Gatekeeper.Release.RefusedException">A structure on the way to one is damaged, or a limit is reached.</exception>
    void Collect(ReleaseFiles files);
}
