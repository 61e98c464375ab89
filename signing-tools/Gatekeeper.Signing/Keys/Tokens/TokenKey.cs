using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using Gatekeeper.Release;
using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;
using Net.Pkcs11Interop.HighLevelAPI.MechanismParams;

namespace Gatekeeper.Signing.Keys.Tokens;

/// <summary>A key in a token: the token signs, the private key stays there.</summary>
internal sealed class TokenKey : Signer
{
    /// <summary>CKM_EDDSA (PKCS#11 3.0 §2.3.14), which the package's list does not have.</summary>
    internal const CKM CkmEddsa = (CKM)0x1057;

    private const ulong Sha256Bytes = 32;
    private readonly Token _token;
    private readonly IObjectHandle _handle;
    private readonly TokenKeyKind _kind;
    private readonly bool _asksEachTime;

    /// <summary>Takes up a private key of a token that stays open longer than this.</summary>
    /// <exception cref="FormatException">Its public key is missing, or devices do not know its kind.</exception>
    internal TokenKey(Token token, IObjectHandle handle)
    {
        (_token, _handle) = (token, handle);
        (_kind, Public) = TokenPublicKey.Read(token, handle);
        _asksEachTime = token.Says(handle, CKA.CKA_ALWAYS_AUTHENTICATE);
    }

    /// <inheritdoc/>
    internal override TufKey Public { get; }

    /// <summary>Whether the token says that the private key was made there and cannot leave.</summary>
    internal bool NeverLeft => _token.Says(_handle, CKA.CKA_NEVER_EXTRACTABLE) && _token.Says(_handle, CKA.CKA_ALWAYS_SENSITIVE) && _token.Says(_handle, CKA.CKA_LOCAL);

    /// <summary>The attributes of a URI that name it in its token.</summary>
    internal string Name => NameOf(_token, _handle);

    /// <summary>Signs. Tokens hash little by themselves and slowly, so they get the hash wherever their mechanism takes it.</summary>
    internal override byte[] Sign(ReadOnlySpan<byte> message) => _kind switch
    {
        TokenKeyKind.P256 => Der(Raw(CKM.CKM_ECDSA, null, SHA256.HashData(message)), 64),
        TokenKeyKind.P384 => Der(Raw(CKM.CKM_ECDSA, null, SHA384.HashData(message)), 96),
        TokenKeyKind.Ed25519 => Raw(CkmEddsa, null, message.ToArray()), // RFC 8032 §5.1.6 reads the message twice: there is no hash to give
        _ when _token.Knows(CKM.CKM_RSA_PKCS_PSS, toSign: true) => Raw(CKM.CKM_RSA_PKCS_PSS, Pss(), SHA256.HashData(message)),
        _ => Raw(CKM.CKM_SHA256_RSA_PKCS_PSS, Pss(), message.ToArray()),
    };

    /// <summary>The attributes of a URI that name this key in its token.</summary>
    internal static string NameOf(Token token, IObjectHandle key)
    {
        byte[] label = token.Read(key, CKA.CKA_LABEL) ?? [];
        byte[] id = token.Read(key, CKA.CKA_ID) ?? [];
        return string.Join(';', new[] { label.Length > 0 ? "object=" + TokenUri.Escape(label) : "", id.Length > 0 ? "id=" + string.Concat(id.Select(b => $"%{b:X2}")) : "" }.Where(t => t.Length > 0));
    }

    /// <inheritdoc/>
    internal override Exception Wrong() => new ToolException(ExitCode.Token, $"the token {_token.Label} gave a signature that devices refuse; it is not used", "do not use this token: it is faulty, or it does not hold the private key of the public key it shows");

    /// <inheritdoc/>
    public override void Dispose()
    {
        // The token is closed by who opened it: other keys use it as well.
    }

    private byte[] Raw(CKM mechanism, ICkRsaPkcsPssParams? parameters, byte[] data)
    {
        if (!_token.Knows(mechanism, toSign: true))
        {
            throw new ToolException(ExitCode.Token, $"the token {_token.Label} cannot sign with this key: it does not know {MechanismName(mechanism)}", "use a key of another type; the token's manual lists what it knows");
        }

        using IMechanism how = parameters is null ? _token.Make.MechanismFactory.Create((ulong)mechanism) : _token.Make.MechanismFactory.Create((ulong)mechanism, parameters);
        return _token.Sign(how, _handle, _asksEachTime, data);
    }

    /// <summary>A mechanism's name in the standard.</summary>
    internal static string MechanismName(CKM mechanism) => mechanism switch
    {
        CkmEddsa => "CKM_EDDSA",
        TokenKeyMaker.CkmEdwardsPair => "CKM_EC_EDWARDS_KEY_PAIR_GEN",
        CKM.CKM_EC_KEY_PAIR_GEN => "CKM_EC_KEY_PAIR_GEN", // it has an older name as well
        _ => mechanism.ToString(),
    };

    // The salt is as long as the hash (FORMAT.md §4.2).
    private ICkRsaPkcsPssParams Pss() => _token.Make.MechanismParamsFactory.CreateCkRsaPkcsPssParams((ulong)CKM.CKM_SHA256, (ulong)CKG.CKG_MGF1_SHA256, Sha256Bytes);

    // PKCS#11 2.40 §2.3.1: r and s, each as long as the group's order, one behind the other. TUF wants ECDSA-Sig-Value (RFC 3279 §2.2.3).
    private byte[] Der(byte[] raw, int length)
    {
        if (raw.Length != length)
        {
            throw Wrong();
        }

        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(new BigInteger(raw.AsSpan(0, length / 2), isUnsigned: true, isBigEndian: true));
            writer.WriteInteger(new BigInteger(raw.AsSpan(length / 2), isUnsigned: true, isBigEndian: true));
        }

        return writer.Encode();
    }
}
