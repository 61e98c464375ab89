using Gatekeeper.Release;

namespace Gatekeeper.Signing.Ceremony;

/// <summary>Roots as a device takes them: the device's own code has the last word before a root leaves the house.</summary>
internal static class DeviceWalk
{
    /// <summary>Walks from a root forward.</summary>
    /// <param name="roots">Files from root 1 on.</param>
    /// <param name="from">The version a device trusts, which is among them.</param>
    /// <returns>How far it comes, and why no further.</returns>
    internal static (int Version, RefusedException? Stopped) From(IReadOnlyList<byte[]> roots, int from)
    {
        using var file = new MemoryStream();
        ReleaseFile.WriteRoots(file, roots);
        ReleaseHead head = GkuReader.ReadHead(new BytesSource(file.ToArray()));
        TrustState trust = Verifier.InitialTrust(roots[from - 1]);
        RootUpdate update = Verifier.UpdateRoots(head, trust);
        return (update.Trust.RootVersion, update.Stopped);
    }

    /// <summary>Ends the command when a device that was built with root 1 would not come to the last root.</summary>
    internal static void ExpectTaken(IReadOnlyList<byte[]> roots)
    {
        RefusedException? fault = null;
        try
        {
            (int version, fault) = From(roots, 1);
            if (version == roots.Count)
            {
                return;
            }
        }
        catch (RefusedException e)
        {
            fault = e;
        }

        throw new ToolException(ExitCode.Refused, $"a device refuses these roots: {fault?.Detail ?? "they are too large together"}", "nothing was written; sign them again with the keys of the root before and of the new one");
    }

    private sealed class BytesSource(byte[] bytes) : IReleaseSource
    {
        public long Length => bytes.Length;

        public void ReadAt(long offset, Span<byte> buffer) => bytes.AsSpan((int)offset, buffer.Length).CopyTo(buffer);
    }
}
