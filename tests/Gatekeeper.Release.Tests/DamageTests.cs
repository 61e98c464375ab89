using Gatekeeper.Vectors;

namespace Gatekeeper.Release.Tests;

/// <summary>Takes a small good file and damages it everywhere.</summary>
public sealed class DamageTests
{
    // One signature per role: the fewer there are, the sooner 8,000 damaged files are judged.
    private static readonly byte[] Good = Small().Build();
    private static readonly TrustState Trust = Verifier.InitialTrust(Small().BuildRoots()[0]);

    [Fact]
    public void I12_AFileCutAtAnyBlock_OrAByteBesideIt_IsRefused()
    {
        for (int end = 0; end < Good.Length; end += 512)
        {
            foreach (int length in new[] { end - 1, end, end + 1 })
            {
                if (length >= 0)
                {
                    AssertRefused(Good[..length], Refusal.FileMalformed, Refusal.FileDamaged);
                }
            }
        }
    }

    [Fact]
    public void I12_AFileCutBehindItsReleaseDocument_IsDamaged_BeforeItIsMalformed()
    {
        int document = VectorSet.Find(Good, GkuNames.Targets(1));
        int tables = Enumerable.Range(0, Good.Length / 512).Select(b => b * 512).First(b => b > document && Good.AsSpan(b, 73).EndsWith("."u8) && Good.AsSpan(b).StartsWith("targets/"u8) && Good.AsSpan(b, 100).IndexOf(".chunks"u8) > 0);
        Assert.Equal(Refusal.FileMalformed, Device.Refused(Good[..(tables - 1)], Trust));
        Assert.Equal(Refusal.FileDamaged, Device.Refused(Good[..tables], Trust));
    }

    [Fact]
    public void I12_EveryByteCounts_NoFlipIsAccepted()
    {
        // One bit of every byte; which one moves along. The forge's file has no byte that may change: payloads and padding included.
        byte[] file = [.. Good];
        for (int at = 0; at < file.Length; at++)
        {
            byte was = file[at];
            file[at] = (byte)(was ^ (1 << (at % 8)));
            Assert.True(Device.Refused(file, Trust) is not null, $"byte {at} does not count");
            file[at] = was;
        }

        Assert.Null(Device.Refused(file, Trust));
    }

    [Fact]
    public void I12_AnyBlockTwice_OrLeftOut_IsRefused()
    {
        for (int at = 0; at < Good.Length; at += 512)
        {
            Assert.NotNull(Device.Refused([.. Good[..at], .. Good[(at + 512)..]], Trust));
            Assert.NotNull(Device.Refused([.. Good[..at], .. Good[at..(at + 512)], .. Good[at..]], Trust));
        }
    }

    private static Forge Small()
    {
        var forge = new Forge { Sbom = "{}"u8.ToArray() };
        forge.Roots[0] = new RootPlan("root-1") { Root = ["root-1"], Targets = ["targets-1"], Threshold = 1 };
        forge.Targets.Signers.RemoveAt(1);
        forge.Images.Remove("efi");
        forge.Images["system"] = Forge.Pattern(300, 1);
        return forge;
    }

    private static void AssertRefused(byte[] file, params Refusal[] codes)
    {
        Refusal? refused = Device.Refused(file, Trust);
        Assert.True(refused is Refusal code && codes.Contains(code), $"cut to {file.Length}: {refused?.ToString() ?? "accepted"}");
    }
}
