using System.Security.Cryptography;
using System.Text;
using Gatekeeper.Release;

namespace Gatekeeper.TufClient;

/// <summary>The trusted metadata on disk: each role under its name without a version, byte for byte as it came.</summary>
/// <param name="path">The folder.</param>
public sealed class MetadataFolder(string path)
{
    // A file's name has at most 255 bytes; longer role names end in their hash.
    private const int LongestName = 200;

    /// <summary>The kept bytes of a role, or empty when there are none.</summary>
    public byte[] Read(string role)
    {
        var file = new FileInfo(PathOf(role));
        return file.Exists && file.Length <= Limits.MaxRepositoryMetadataBytes ? File.ReadAllBytes(file.FullName) : [];
    }

    /// <summary>Keeps a role: all of it or, after a crash, what was there before.</summary>
    public void Write(string role, ReadOnlySpan<byte> bytes)
    {
        Directory.CreateDirectory(path);
        string next = Path.Combine(path, ".next");
        using (FileStream file = File.Create(next))
        {
            file.Write(bytes);
            file.Flush(flushToDisk: true);
        }

        File.Move(next, PathOf(role), overwrite: true);
    }

    /// <summary>Forgets a role.</summary>
    public void Delete(string role) => File.Delete(PathOf(role));

    /// <summary>A name as one part of a path, whatever is in it.</summary>
    internal static string FileName(string name)
    {
        string escaped = Uri.EscapeDataString(name);
        return escaped.Length <= LongestName ? escaped : $"{escaped[..100]}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))}";
    }

    private string PathOf(string role) => Path.Combine(path, FileName(role) + ".json");
}
