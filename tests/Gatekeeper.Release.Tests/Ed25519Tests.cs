using Gatekeeper.Release.Keys;
using Gatekeeper.Vectors;

namespace Gatekeeper.Release.Tests;

public sealed class Ed25519Tests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    /// <summary>bcgit/bc-java#1599: tests/corpora/ed25519-endless. Portable.BouncyCastle 1.8.10 is older than the loop, BouncyCastle.Cryptography from 2.3.1 on has it mended; this test holds a later package to that.</summary>
    [Fact]
    public void R_37_VerificationsThatNeverEnded_End()
    {
        string[] lines = File.ReadAllLines(Path.Combine(Repository.Root, "tests", "corpora", "ed25519-endless", "vectors.txt"));
        Assert.Equal(20, lines.Length);
        Assert.All(lines, line =>
        {
            byte[][] parts = [.. line.Split(' ').Select(Convert.FromHexString)];
            var check = Task.Run(() => Ed25519Check.Verify(parts[0], parts[1], parts[2]));
            Assert.True(check.Wait(Limit), $"no answer in {Limit.TotalSeconds} s");
            Assert.True(check.Result);
        });
    }
}
