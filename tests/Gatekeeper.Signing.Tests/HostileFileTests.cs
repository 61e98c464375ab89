using Gatekeeper.Release;
using Gatekeeper.Signing.Ceremony;
using Gatekeeper.Signing.Repositories;

namespace Gatekeeper.Signing.Tests;

/// <summary>Files that come from others, broken in thousands of ways from fixed seeds: each is read or refused in words, nothing else happens.</summary>
[Collection(CommandLineTests.Name)]
public sealed class HostileFileTests : IDisposable
{
    private const int Rounds = 3000;

    private readonly Workshop _shop = new();

    public void Dispose() => _shop.Dispose();

    [Fact]
    public void Requests_AreReadOrRefused()
    {
        // Without signatures, so that what was broken comes as far as the readers of its content.
        _shop.MakeRoot();
        _shop.Build("a.gku");
        _shop.Do("request new a.gku --out a.gks");
        _shop.Do("root rotate --root-dir roots --expires 2050-01-01 --out 2.gks");
        int read = 0;
        int refused = 0;
        foreach (string file in new[] { "a.gks", "2.gks" })
        {
            byte[] good = File.ReadAllBytes(_shop.At(file));
            var random = new Random(17);
            for (int round = 0; round < Rounds; round++)
            {
                try
                {
                    SigningRequest request = SigningRequest.Read(new Bytes(Break(good, random)), file);
                    Assert.NotEmpty(request.Roles);
                    read++;
                }
                catch (Exception e) when (e is RefusedException or ToolException)
                {
                    refused++;
                }
            }
        }

        Assert.True(refused > Rounds && read > 0, $"{read} read, {refused} refused");
    }

    [Fact]
    public void MetadataOfOtherTools_IsReadOrRefused()
    {
        byte[] good = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "PythonTuf/repository/metadata/2.root.json"));
        var random = new Random(18);
        int refused = 0;
        for (int round = 0; round < Rounds; round++)
        {
            try
            {
                byte[] canonical = CanonicalJson.Write(StandardJson.Read(Break(good, random)));
                Assert.Equal(canonical, CanonicalJson.Write(StandardJson.Read(StandardJson.Write(canonical))));
            }
            catch (FormatException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 1, Rounds - 1);
    }

    private static byte[] Break(byte[] good, Random random)
    {
        byte[] bytes = [.. good];
        for (int edits = random.Next(1, 4); edits > 0; edits--)
        {
            int at = random.Next(bytes.Length);
            switch (random.Next(4))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = (byte)"\"\\{}[],:0123456789-eE.\n\0"[random.Next(24)];
                    break;
                case 2:
                    bytes = bytes[..Math.Max(1, at)];
                    break;
                default:
                    int length = Math.Min(random.Next(1, 600), bytes.Length - at);
                    bytes = [.. bytes[..at], .. bytes[at..(at + length)], .. bytes[at..]];
                    break;
            }
        }

        return bytes;
    }

    private sealed class Bytes(byte[] bytes) : IReleaseSource
    {
        public long Length => bytes.Length;

        public void ReadAt(long offset, Span<byte> buffer) => bytes.AsSpan((int)offset, buffer.Length).CopyTo(buffer);
    }
}
