using Gatekeeper.Vectors;

namespace Gatekeeper.Release.Tests;

/// <summary>A device for tests: PM200-C at 1.0.0, trusting root 1 of the forge.</summary>
internal static class Device
{
    public static readonly DeviceFacts Facts = new("PM200", "PM200-C", new ReleaseVersion(1, 0, 0), null, 0, RefuseExpired: false);

    public static TrustState Trust { get; } = Verifier.InitialTrust(VectorSet.TrustedRoot);

    public static VerifiedRelease Accept(byte[] file, TrustState? trust = null, DeviceFacts? facts = null) => Accept(new MemorySource(file), trust, facts);

    public static VerifiedRelease Accept(IReleaseSource source, TrustState? trust = null, DeviceFacts? facts = null)
    {
        ReleaseHead head = GkuReader.ReadHead(source);
        return Verifier.Accept(head, Verifier.UpdateRoots(head, trust ?? Trust).Trust, facts ?? Facts);
    }

    /// <summary>The refusal of a file, or null when it is accepted and every chunk reads.</summary>
    public static Refusal? Refused(byte[] file, TrustState? trust = null, DeviceFacts? facts = null)
    {
        try
        {
            var source = new MemorySource(file);
            VerifiedRelease release = Accept(source, trust, facts);
            foreach (VerifiedPayload payload in release.Payloads)
            {
                byte[] buffer = new byte[payload.ChunkSize];
                for (int i = 0; i < payload.Chunks.Length; i++)
                {
                    _ = ChunkReader.Read(source, payload, i, buffer);
                }
            }

            return null;
        }
        catch (RefusedException refused)
        {
            return refused.Code;
        }
    }
}
