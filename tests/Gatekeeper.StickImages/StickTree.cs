namespace Gatekeeper.StickImages;

/// <summary>A file or a folder to be put on a volume.</summary>
/// <param name="Path">With "/" between folders; a folder stands before what lies in it.</param>
/// <param name="Content">A file's bytes; null for a folder.</param>
/// <param name="Style">How it is written.</param>
public sealed record StickItem(string Path, byte[]? Content, EntryStyle Style);

/// <summary>What is put on a volume, in order.</summary>
public sealed class StickTree
{
    private readonly List<StickItem> items = [];

    /// <summary>All of it.</summary>
    public IReadOnlyList<StickItem> Items => items;

    /// <summary>Adds a folder.</summary>
    public StickTree Folder(string path, int attributes = 0)
    {
        items.Add(new StickItem(path, null, new EntryStyle(attributes)));
        return this;
    }

    /// <summary>Adds a file.</summary>
    public StickTree File(string path, byte[] content, int attributes = 0x20, Placement placement = Placement.Contiguous)
    {
        items.Add(new StickItem(path, content, new EntryStyle(attributes, placement)));
        return this;
    }

    /// <summary>Adds what another tree has.</summary>
    public StickTree Add(StickTree other)
    {
        items.AddRange(other.items);
        return this;
    }

    /// <summary>Writes it.</summary>
    /// <param name="volume">The volume; what lies on it stays.</param>
    /// <param name="ntFlags">8.3 names of one case get no long name (<see cref="EntryStyle.NtFlags"/>).</param>
    public void WriteTo(VolumeWriter volume, bool ntFlags = false)
    {
        Dictionary<string, Folder> folders = new() { [""] = volume.Root };
        foreach (StickItem item in items)
        {
            int slash = item.Path.LastIndexOf('/');
            Folder parent = folders[slash < 0 ? "" : item.Path[..slash]];
            string name = item.Path[(slash + 1)..];
            EntryStyle style = item.Style with { NtFlags = ntFlags };
            if (item.Content is null)
            {
                folders[item.Path] = volume.AddFolder(parent, name, style);
            }
            else
            {
                volume.AddFile(parent, name, item.Content, style);
            }
        }
    }
}
