using System.Text;

namespace Gatekeeper.Signing;

/// <summary>Reads what the command line names, with a limit, and says in one way what is wrong with it.</summary>
internal static class InputFile
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a whole file of at most <paramref name="maxBytes"/> bytes.</summary>
    /// <exception cref="ToolException">Missing, unreadable or too large (<see cref="ExitCode.Input"/>).</exception>
    internal static byte[] ReadBytes(string path, int maxBytes, string what)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            byte[] bytes = new byte[maxBytes + 1]; // a pipe has no length to ask for
            int length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return length <= maxBytes
                ? bytes[..length]
                : throw new ToolException(ExitCode.Input, $"{path} is larger than {maxBytes} bytes, the most for {what}", "check that it is the right file");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, e);
        }
    }

    /// <summary>Reads a whole file as UTF-8 text.</summary>
    internal static string ReadText(string path, int maxBytes, string what)
    {
        try
        {
            return Utf8.GetString(ReadBytes(path, maxBytes, what));
        }
        catch (DecoderFallbackException)
        {
            throw new ToolException(ExitCode.Input, $"{path} is not UTF-8 text", $"give {what}");
        }
    }

    /// <summary>Opens a file to read from any place in it.</summary>
    internal static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, e);
        }
    }

    /// <summary>A file's bytes.</summary>
    internal static long Length(string path)
    {
        using FileStream file = Open(path);
        return file.Length;
    }

    private static ToolException Unreadable(string path, Exception e) => e switch
    {
        FileNotFoundException or DirectoryNotFoundException => new ToolException(ExitCode.Input, $"there is no file {path}", "check the path"),
        UnauthorizedAccessException => new ToolException(ExitCode.Input, $"{path} may not be read", "check that it is a file and who may read it"),
        _ => new ToolException(ExitCode.Input, $"{path} cannot be read: {e.Message.TrimEnd('.')}", "check the medium it lies on"),
    };
}
