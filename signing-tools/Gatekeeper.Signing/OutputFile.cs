namespace Gatekeeper.Signing;

/// <summary>Writes results so that a file is there whole or not at all, and nothing that exists is lost.</summary>
internal static class OutputFile
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Public = Private | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Writes a new file; one that exists is left as it is and the command ends.</summary>
    internal static void WriteNew(string path, ReadOnlySpan<byte> bytes, bool secret = false)
    {
        try
        {
            using FileStream file = new(path, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = secret ? Private : Public,
            });
            file.Write(bytes);
            file.Flush(flushToDisk: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(path, e);
        }
    }

    /// <summary>Ends the command when <paramref name="path"/> exists.</summary>
    internal static void ExpectNew(string path)
    {
        if (Path.Exists(path))
        {
            throw Exists(path);
        }
    }

    /// <summary>Writes through a file beside <paramref name="path"/> that takes its name when it is complete.</summary>
    internal static void Replace(string path, Action<FileStream> write)
    {
        string draft = path + ".new";
        try
        {
            using (FileStream file = new(draft, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.ReadWrite, UnixCreateMode = Public, BufferSize = 0 }))
            {
                write(file);
                file.Flush(flushToDisk: true);
            }

            File.Move(draft, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(path, e);
        }
        finally
        {
            if (File.Exists(draft))
            {
                File.Delete(draft);
            }
        }
    }

    /// <summary>Makes the folder a new file goes into.</summary>
    internal static void MakeFolderOf(string path)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(path, e);
        }
    }

    /// <summary>What to say of a failed write.</summary>
    internal static ToolException Unwritable(string path, Exception e) => e switch
    {
        _ when e is IOException && Path.Exists(path) && e.HResult == 17 => Exists(path),
        DirectoryNotFoundException => new ToolException(ExitCode.Output, $"the folder of {path} does not exist", "make the folder first"),
        UnauthorizedAccessException => new ToolException(ExitCode.Output, $"{path} may not be written", "check who may write there"),
        _ => new ToolException(ExitCode.Output, $"{path} cannot be written: {e.Message.TrimEnd('.')}", "check the free space and the medium"),
    };

    private static ToolException Exists(string path) => new(ExitCode.Output, $"{path} exists already", "choose another name, or remove it yourself if it is not needed");
}
