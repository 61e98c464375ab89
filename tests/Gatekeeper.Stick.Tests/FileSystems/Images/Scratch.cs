namespace Gatekeeper.Stick.Tests.FileSystems.Images;

/// <summary>A folder of its own under the system's temporary one, gone at the end.</summary>
internal sealed class Scratch : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("gk-walker-").FullName;

    public void Dispose() => Directory.Delete(Root, recursive: true);

    public string Path(string name) => System.IO.Path.Combine(Root, name);

    /// <summary>A sparse file of this many bytes.</summary>
    public string Image(string name, long bytes)
    {
        using FileStream file = File.Create(Path(name));
        file.SetLength(bytes);
        return Path(name);
    }

    public string Write(string name, byte[] content)
    {
        File.WriteAllBytes(Path(name), content);
        return Path(name);
    }
}
