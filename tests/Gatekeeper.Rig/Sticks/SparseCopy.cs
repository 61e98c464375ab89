namespace Gatekeeper.Rig;

/// <summary>Copies a file into another one and leaves out what is zero, so that a 512 MiB stick costs what is on it.</summary>
internal static class SparseCopy
{
    /// <summary>Copies all of <paramref name="source"/> to an offset; the target reads as zero there before.</summary>
    public static void Into(string source, FileStream target, long offset)
    {
        using FileStream from = File.OpenRead(source);
        byte[] block = new byte[64 * 1024];
        for (long at = 0; from.ReadAtLeast(block, block.Length, throwOnEndOfStream: false) is int count and > 0; at += count)
        {
            ReadOnlySpan<byte> part = block.AsSpan(0, count);
            if (part.ContainsAnyExcept((byte)0))
            {
                target.Position = offset + at;
                target.Write(part);
            }
        }
    }
}
