using System.Diagnostics;
using System.IO.MemoryMappedFiles;

namespace Gatekeeper.Fuzz;

/// <summary>
/// The input that is being run, in a mapped file: it is there even when the process dies of it (a stack overflow cannot be caught). A thread
/// ends the process when an input takes far too long.
/// </summary>
internal sealed class CurrentInput : IDisposable
{
    private const int MaxBytes = 2 * 1024 * 1024;
    private readonly MemoryMappedFile file;
    private readonly MemoryMappedViewAccessor view;
    private readonly Timer watch;
    private long since = long.MaxValue;

    /// <summary>Opens the file, made anew.</summary>
    public CurrentInput(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        file = MemoryMappedFile.CreateFromFile(path, FileMode.Create, null, MaxBytes);
        view = file.CreateViewAccessor();
        watch = new Timer(_ => EndIfStuck(), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
    }

    /// <summary>Takes the input that is run next.</summary>
    public void Set(byte[] input)
    {
        view.Write(0, input.Length);
        view.WriteArray(sizeof(int), input, 0, Math.Min(input.Length, MaxBytes - sizeof(int)));
        Interlocked.Exchange(ref since, Stopwatch.GetTimestamp());
    }

    /// <summary>The input in such a file.</summary>
    public static byte[] Read(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        return bytes[sizeof(int)..(sizeof(int) + Math.Min(BitConverter.ToInt32(bytes), bytes.Length - sizeof(int)))];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        watch.Dispose();
        view.Dispose();
        file.Dispose();
    }

    // Twice the limit: what ends by itself is reported by the engine, with more to say.
    private void EndIfStuck()
    {
        long start = Interlocked.Read(ref since);
        if (start != long.MaxValue && Stopwatch.GetElapsedTime(start) > 2 * FuzzEngine.MaxTime)
        {
            view.Flush();
            Environment.FailFast("an input takes too long");
        }
    }
}
