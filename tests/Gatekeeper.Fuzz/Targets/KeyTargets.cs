using System.Text;
using Gatekeeper.Release;
using Gatekeeper.Release.Keys;
using Gatekeeper.Vectors;

namespace Gatekeeper.Fuzz;

/// <summary>The parsers of public keys and signatures.</summary>
internal static class KeyTargets
{
    private static readonly byte[] Message = "what is signed"u8.ToArray();
    private static readonly TestKey[] Keys = [.. new[] { "a", "p256.a", "p384.a", "rsa", "pq.a" }.Select(TestKey.Of)];
    private static readonly string[] PemWords = ["\n", "-----BEGIN PUBLIC KEY-----\n", "\n-----END PUBLIC KEY-----", "=", "==", "A", " ", "\r"];

    public static IEnumerable<FuzzTarget> All =>
    [
        new("key-spki", Spkis, RunSpki),
        new("key-pem", () => [.. Spkis().Select(der => Encoding.Latin1.GetBytes(PemKey.Write(der)))], RunPem) { Words = PemWords },
        new("key-object", () => [.. Keys.Select(k => CanonicalJson.Write(k.Key.Form))], RunObject) { Words = ["\"keytype\":", "\"scheme\":", "rsassa-pss-sha256", "ecdsa-sha2-nistp384", "x-ed25519+lms", "0", "\n", "\\"] },
        SignatureTarget(),
        LmsTarget(),
    ];

    private static List<byte[]> Spkis() =>
    [
        .. Keys.Where(k => k.Key.Form["keyval"] is JsonObject value && value["public"] is JsonString text && text.Value.StartsWith('-')).Select(k => PemKey.Read(((JsonString)((JsonObject)k.Key.Form["keyval"]!)["public"]!).Value)),
        [0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00, .. Keys[0].Key.PublicKey],
    ];

    /// <summary>What is read has one spelling: written from what was understood, it is the input again.</summary>
    private static void RunSpki(byte[] input)
    {
        VerificationKey key = SubjectPublicKeyInfo.Read(input);
        byte[] written = key switch
        {
            EcdsaKey ecdsa => SubjectPublicKeyInfo.Write(ecdsa.Curve, key.PublicKey.AsSpan()),
            RsaPssKey => SubjectPublicKeyInfo.WriteRsa(key.PublicKey.AsSpan()),
            _ => [.. input.AsSpan(0, 12), .. key.PublicKey],
        };
        if (!written.AsSpan().SequenceEqual(input))
        {
            throw new InvalidOperationException("what was read is not written back");
        }
    }

    private static void RunPem(byte[] input)
    {
        byte[] der = PemKey.Read(Encoding.Latin1.GetString(input));
        if (!PemKey.Read(PemKey.Write(der)).AsSpan().SequenceEqual(der))
        {
            throw new InvalidOperationException("what was read is not written back");
        }
    }

    private static void RunObject(byte[] input)
    {
        TufKey key = TufKey.Read(input);
        if (!CanonicalJson.Write(key.Form).AsSpan().SequenceEqual(input) || key.Verify(Message, input))
        {
            throw new InvalidOperationException("a key that is not what was read");
        }
    }

    /// <summary>The first byte chooses the key. No damage makes another signature that is valid.</summary>
    private static FuzzTarget SignatureTarget()
    {
        byte[][] good = [.. Keys.Select((key, i) => (byte[])[(byte)i, .. key.Sign(Message)])];
        return new FuzzTarget("signature", () => good, Run) { Cost = 5 };

        void Run(byte[] input)
        {
            int chosen = input.Length == 0 ? 0 : input[0] % Keys.Length;
            if (!Keys[chosen].Key.Verify(Message, input.AsSpan(Math.Min(1, input.Length))))
            {
                throw new RefusedException(Refusal.SignatureMissing, $"not valid by {Keys[chosen].Key.Scheme}");
            }

            Expect(good.Any(g => g.AsSpan(1).SequenceEqual(input.AsSpan(1))));
        }
    }

    /// <summary>The first byte is the length of the key, then come key and signature.</summary>
    private static FuzzTarget LmsTarget()
    {
        var sets = new (uint Lms, uint Ots)[] { (5, 4), (5, 1), (14, 7), (15, 12), (20, 14) };
        byte[][] good = [.. sets.Select(s => new LmsTestKey(s.Lms, s.Ots, "fuzz")).Select(k => (byte[])[(byte)k.PublicKey.Length, .. k.PublicKey, .. k.Sign(Message)])];
        return new FuzzTarget("lms", () => good, Run) { Cost = 10 };

        void Run(byte[] input)
        {
            int length = input.Length == 0 ? 0 : Math.Min(input[0], input.Length - 1);
            ReadOnlySpan<byte> signature = input.AsSpan(Math.Min(input.Length, 1 + length));
            var key = LmsPublicKey.Read(input.AsSpan(Math.Min(input.Length, 1), length));
            if (!key.Verify(Message, signature))
            {
                throw new RefusedException(Refusal.SignatureMissing, signature.Length == key.SignatureBytes ? "not valid" : "not its length");
            }

            Expect(good.Any(g => g.AsSpan().SequenceEqual(input)));
        }
    }

    private static void Expect(bool known)
    {
        if (!known)
        {
            throw new InvalidOperationException("a damaged signature is valid");
        }
    }
}
