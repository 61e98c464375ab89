namespace Gatekeeper.Signing.Keys;

/// <summary>The kinds of keys that <c>key new</c> makes.</summary>
internal enum KeyType
{
    /// <summary>Ed25519 (RFC 8032): small, quick, and the same signature for the same message.</summary>
    Ed25519,

    /// <summary>ECDSA on P-256 with SHA-256.</summary>
    EcdsaP256,

    /// <summary>ECDSA on P-384 with SHA-384.</summary>
    EcdsaP384,

    /// <summary>RSA of 3072 bits, RSASSA-PSS with SHA-256.</summary>
    Rsa3072,

    /// <summary>RSA of 4096 bits, RSASSA-PSS with SHA-256.</summary>
    Rsa4096,

    /// <summary>Ed25519 together with a tree of one-time keys (RFC 8554), for the time when one of the two is broken.</summary>
    Ed25519Lms,
}

/// <summary>The names of key types on the command line.</summary>
internal static class KeyTypes
{
    private static readonly (string Name, KeyType Type)[] Names =
    [
        ("ed25519", KeyType.Ed25519),
        ("ecdsa-p256", KeyType.EcdsaP256),
        ("ecdsa-p384", KeyType.EcdsaP384),
        ("rsa-3072", KeyType.Rsa3072),
        ("rsa-4096", KeyType.Rsa4096),
        ("x-ed25519+lms", KeyType.Ed25519Lms),
    ];

    /// <summary>All names, for help texts.</summary>
    internal static string All => string.Join(", ", Names.Select(n => n.Name));

    /// <summary>The type of this name.</summary>
    /// <exception cref="ToolException">There is none.</exception>
    internal static KeyType Parse(string name)
    {
        int found = Array.FindIndex(Names, n => n.Name == name);
        return found >= 0 ? Names[found].Type : throw new ToolException(ExitCode.Usage, $"--type {name} is no key type", $"use one of {All}");
    }
}
