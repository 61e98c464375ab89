namespace Gatekeeper.Rig;

/// <summary>One process at a time makes a product of the cache; tests and the demo may run side by side.</summary>
internal static class CacheLock
{
    /// <summary>Takes the lock; it is given back on dispose, or by the kernel when the process ends.</summary>
    public static async Task<IDisposable> TakeAsync(string name)
    {
        string folder = Directory.CreateDirectory(Path.Combine(Repository.Cache, "locks")).FullName;
        string file = Path.Combine(folder, $"rig-{name}");
        return await Wait.ForAsync($"lock {file}", TimeSpan.FromMinutes(15), () =>
        {
            try
            {
                // .NET makes FileShare.None an flock(2).
                return Task.FromResult<FileStream?>(new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (IOException)
            {
                return Task.FromResult<FileStream?>(null);
            }
        });
    }
}
