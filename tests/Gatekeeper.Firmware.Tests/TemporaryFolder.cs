using Gatekeeper.Rig;

namespace Gatekeeper.Firmware.Tests;

/// <summary>A private folder, removed at the end.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    internal string Path { get; } = Repository.NewScratch("firmware");

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
