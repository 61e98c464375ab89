namespace Gatekeeper.Signing.Keys.Lms;

/// <summary>The steps in which a file is replaced so that a power cut leaves the old one or the new one. A test stops after each of them.</summary>
internal interface IFileSteps
{
    /// <summary>The whole file; null when there is none.</summary>
    byte[]? Read(string path);

    /// <summary>Writes a file that only its owner reads, in place of any of that name. Not on the medium yet.</summary>
    void Write(string path, byte[] bytes);

    /// <summary>What was written to the file is on the medium when this returns (fsync(2)).</summary>
    void Flush(string path);

    /// <summary>Gives the file another name, in place of what has that name (rename(2)). The name is not on the medium yet.</summary>
    void Rename(string from, string to);

    /// <summary>The names in the folder are on the medium when this returns (fsync(2) of the folder).</summary>
    void FlushFolder(string folder);
}

/// <summary>Replaces a file for good.</summary>
internal static class DurableFile
{
    /// <summary>When this returns, the new bytes survive a power cut; when it throws, the file has the old bytes or the new ones.</summary>
    internal static void Replace(IFileSteps steps, string path, byte[] bytes)
    {
        string draft = path + ".new";
        steps.Write(draft, bytes);
        steps.Flush(draft);
        steps.Rename(draft, path);
        steps.FlushFolder(Path.GetDirectoryName(path)!);
    }
}
