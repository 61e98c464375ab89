using System.Security.Cryptography;
using System.Text;
using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;
using Net.Pkcs11Interop.HighLevelAPI.Factories;

namespace Gatekeeper.Signing.Keys.Tokens;

/// <summary>Makes a key pair inside a token. What the token made is asked for what it is and tried, else it is removed again.</summary>
internal static class TokenKeyMaker
{
    /// <summary>CKM_EC_EDWARDS_KEY_PAIR_GEN (PKCS#11 3.0 §2.3.12), which the package's list does not have.</summary>
    internal const CKM CkmEdwardsPair = (CKM)0x1055;

    // No metadata: that is a JSON object (FORMAT.md §4.1).
    private static readonly byte[] Trial = Encoding.ASCII.GetBytes("gatekeeper-sign tries a new key");

    /// <summary>Makes the pair.</summary>
    /// <param name="token">The token, open.</param>
    /// <param name="uri">Names it (<c>object</c>) and may give its id.</param>
    /// <param name="type">Its type.</param>
    /// <exception cref="ToolException">The token cannot, a key of that name is there, or what it made can leave it.</exception>
    internal static TokenKey Make(Token token, TokenUri uri, KeyType type)
    {
        string label = uri.Object ?? throw new ToolException(ExitCode.Usage, "the key has no name", "add object=NAME to the URI; nothing was made");
        byte[] id = uri.Id ?? RandomNumberGenerator.GetBytes(16);
        if (token.PrivateKeys(uri).Count > 0 || token.PrivateKeys(TokenUri.Parse(TokenUri.Scheme + "object=" + TokenUri.Escape(label))).Count > 0)
        {
            throw new ToolException(ExitCode.Output, $"the token {token.Label} has a key named {label} already", "choose another name, or remove it with the token's own tool if it is not needed");
        }

        (CKM how, ulong kind, byte[]? curve, ulong bits) = type switch
        {
            KeyType.Rsa3072 => (CKM.CKM_RSA_PKCS_KEY_PAIR_GEN, (ulong)CKK.CKK_RSA, null, 3072UL),
            KeyType.Rsa4096 => (CKM.CKM_RSA_PKCS_KEY_PAIR_GEN, (ulong)CKK.CKK_RSA, null, 4096UL),
            KeyType.EcdsaP256 => (CKM.CKM_EC_KEY_PAIR_GEN, (ulong)CKK.CKK_EC, TokenPublicKey.P256, 0UL),
            KeyType.EcdsaP384 => (CKM.CKM_EC_KEY_PAIR_GEN, (ulong)CKK.CKK_EC, TokenPublicKey.P384, 0UL),
            KeyType.Ed25519 => (CkmEdwardsPair, TokenPublicKey.CkkEcEdwards, TokenPublicKey.Ed25519, 0UL),
            _ => throw new ToolException(ExitCode.Usage, "keys of this type are not made in a token here", "use ed25519, ecdsa-p256, ecdsa-p384, rsa-3072 or rsa-4096"),
        };
        if (!token.Knows(how, toSign: false))
        {
            throw new ToolException(ExitCode.Token, $"the token {token.Label} cannot make such a key: it does not know {TokenKey.MechanismName(how)}", "use another --type; the token's manual lists what it knows");
        }

        IObjectAttributeFactory a = token.Make.ObjectAttributeFactory;
        List<IObjectAttribute> forPublic = [.. Both(a, kind, label, id), a.Create(CKA.CKA_PRIVATE, false), a.Create(CKA.CKA_VERIFY, true)];
        forPublic.AddRange(curve is null
            ? [a.Create(CKA.CKA_MODULUS_BITS, bits), a.Create(CKA.CKA_PUBLIC_EXPONENT, [1, 0, 1])]
            : [a.Create(CKA.CKA_EC_PARAMS, curve)]);
        List<IObjectAttribute> forPrivate =
        [
            .. Both(a, kind, label, id),
            a.Create(CKA.CKA_PRIVATE, true),
            a.Create(CKA.CKA_SENSITIVE, true),
            a.Create(CKA.CKA_EXTRACTABLE, false),
            a.Create(CKA.CKA_SIGN, true),
            a.Create(CKA.CKA_DECRYPT, false), // a key that signs does nothing else; some modules allow everything when they are not told
            a.Create(CKA.CKA_UNWRAP, false),
        ];
        (IObjectHandle open, IObjectHandle secret) = TokenFault.Say(token.Label, "making a key", () =>
        {
            using IMechanism mechanism = token.Make.MechanismFactory.Create((ulong)how);
            token.Session.GenerateKeyPair(mechanism, forPublic, forPrivate, out IObjectHandle o, out IObjectHandle s);
            return (o, s);
        });
        try
        {
            return Expect(token, secret);
        }
        catch
        {
            Remove(token, open, secret);
            throw;
        }
    }

    private static IObjectAttribute[] Both(IObjectAttributeFactory a, ulong kind, string label, byte[] id) =>
    [
        a.Create(CKA.CKA_TOKEN, true),
        a.Create(CKA.CKA_KEY_TYPE, kind),
        a.Create(CKA.CKA_LABEL, Encoding.UTF8.GetBytes(label)),
        a.Create(CKA.CKA_ID, id),
    ];

    private static TokenKey Expect(Token token, IObjectHandle secret)
    {
        foreach ((CKA attribute, bool wanted) in new[]
        {
            (CKA.CKA_TOKEN, true), (CKA.CKA_SENSITIVE, true), (CKA.CKA_EXTRACTABLE, false),
            (CKA.CKA_ALWAYS_SENSITIVE, true), (CKA.CKA_NEVER_EXTRACTABLE, true), (CKA.CKA_LOCAL, true),
        })
        {
            if (token.Read(secret, attribute) is not [byte value] || (value != 0) != wanted)
            {
                throw new ToolException(ExitCode.Token, $"the token {token.Label} made a key that it does not keep to itself: {attribute} is not {wanted.ToString().ToUpperInvariant()}", "use another token; the key was removed again");
            }
        }

        try
        {
            var key = new TokenKey(token, secret);
            _ = new SigningKey(key).Sign(Trial);
            return key;
        }
        catch (FormatException e)
        {
            throw new ToolException(ExitCode.Token, $"the token {token.Label} made a key that is not usable: {e.Message}", "use another --type; the key was removed again");
        }
    }

    private static void Remove(Token token, IObjectHandle open, IObjectHandle secret)
    {
        foreach (IObjectHandle handle in new[] { open, secret })
        {
            try
            {
                token.Session.DestroyObject(handle);
            }
            catch (Pkcs11Exception)
            {
                // The token is gone or keeps it: the fault that led here is the one to tell.
            }
        }
    }
}
