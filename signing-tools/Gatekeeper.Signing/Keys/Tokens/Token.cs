using System.Security.Cryptography;
using System.Text;
using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;

namespace Gatekeeper.Signing.Keys.Tokens;

/// <summary>One token, with one session and logged in once, for all of its keys that a command uses: a wrong PIN costs one try.</summary>
internal sealed class Token : IDisposable
{
    private readonly TokenModule _module;
    private readonly ISlot _slot;
    private readonly ISession _session;
    private byte[]? _pin;

    private Token(TokenModule module, ISlot slot, string label, ISession session) => (_module, _slot, Label, _session) = (module, slot, label, session);

    /// <summary>Its label, for messages.</summary>
    internal string Label { get; }

    /// <summary>The slot it is in.</summary>
    internal ulong SlotId => _slot.SlotId;

    /// <summary>What makes attributes, mechanisms and parameters.</summary>
    internal Pkcs11InteropFactories Make => _module.Make;

    /// <summary>The session. Who uses it does so within <see cref="TokenFault.Say"/>.</summary>
    internal ISession Session => _session;

    /// <summary>The one slot whose token a URI means.</summary>
    /// <exception cref="ToolException">None, or several.</exception>
    internal static ISlot Find(TokenModule module, TokenUri uri) => TokenFault.Say("in " + module.Path, "looking for tokens", () =>
    {
        IReadOnlyList<ISlot> all = module.Slots();
        ISlot[] found = [.. all.Where(s => Matches(s, uri))];
        return found.Length == 1
            ? found[0]
            : throw (found.Length == 0
                ? new ToolException(ExitCode.Token, $"no token matches {uri}", all.Count == 0 ? "no token is plugged in and set up" : $"there {(all.Count == 1 ? "is" : "are")} {Names(all)}")
                : new ToolException(ExitCode.Token, $"{found.Length} tokens match {uri}", $"name one by its serial: {Names(found)}"));
    });

    /// <summary>Opens a session and logs in.</summary>
    /// <exception cref="ToolException">A wrong or locked PIN, or a token that does not answer.</exception>
    internal static Token Open(TokenModule module, ISlot slot, TokenUri uri, Pins pins)
    {
        ITokenInfo info = TokenFault.Say("in " + module.Path, "looking for tokens", slot.GetTokenInfo);
        string label = TokenText.Clean(info.Label);
        return TokenFault.Say(label, "opening it", () =>
        {
            // Read and write, also where nothing is written: some tokens show private keys to such sessions only, and one kind is one path.
            var token = new Token(module, slot, label, slot.OpenSession(info.TokenFlags.WriteProtected ? SessionType.ReadOnly : SessionType.ReadWrite));
            try
            {
                token.LogIn(info.TokenFlags, uri, pins);
                return token;
            }
            catch
            {
                token.Dispose();
                throw;
            }
        });
    }

    /// <summary>Signs; logs in once more where the key asks for that before each signature (CKA_ALWAYS_AUTHENTICATE).</summary>
    internal byte[] Sign(IMechanism mechanism, IObjectHandle key, bool asksEachTime, byte[] data) => TokenFault.Say(Label, "signing", () =>
        asksEachTime ? _session.Sign(mechanism, key, _pin, data) : _session.Sign(mechanism, key, data));

    /// <summary>Whether the token says that it signs, or makes key pairs, so.</summary>
    internal bool Knows(CKM mechanism, bool toSign) => TokenFault.Say(Label, "asking for its mechanisms", () =>
        _slot.GetMechanismList().Contains(mechanism)
        && _slot.GetMechanismInfo(mechanism).MechanismFlags is var flags
        && (toSign ? flags.Sign : flags.GenerateKeyPair));

    /// <summary>All private keys that a URI means, or all there are.</summary>
    internal IReadOnlyList<IObjectHandle> PrivateKeys(TokenUri uri)
    {
        List<IObjectAttribute> wanted = [Make.ObjectAttributeFactory.Create(CKA.CKA_CLASS, CKO.CKO_PRIVATE_KEY)];
        if (uri.Object is string label)
        {
            wanted.Add(Make.ObjectAttributeFactory.Create(CKA.CKA_LABEL, Encoding.UTF8.GetBytes(label)));
        }

        if (uri.Id is byte[] id)
        {
            wanted.Add(Make.ObjectAttributeFactory.Create(CKA.CKA_ID, id));
        }

        return TokenFault.Say(Label, "looking for keys", () => _session.FindAllObjects(wanted));
    }

    /// <summary>An attribute's bytes; null where the object has none or does not show it.</summary>
    internal byte[]? Read(IObjectHandle handle, CKA attribute) => TokenFault.Say(Label, "reading a key", () =>
    {
        using IObjectAttribute found = _session.GetAttributeValue(handle, [attribute])[0];
        return found.CannotBeRead ? null : found.GetValueAsByteArray();
    });

    /// <summary>A yes or no; false where the object has none.</summary>
    internal bool Says(IObjectHandle handle, CKA attribute) => Read(handle, attribute) is [not 0];

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_pin is not null)
        {
            CryptographicOperations.ZeroMemory(_pin);
        }

        try
        {
            _session.Dispose();
        }
        catch (Pkcs11Exception)
        {
            // A token that was taken away has closed its sessions itself; what to say of that has been said.
        }
    }

    private void LogIn(ITokenFlags flags, TokenUri uri, Pins pins)
    {
        if (!flags.LoginRequired)
        {
            return;
        }

        if (flags.UserPinLocked)
        {
            throw TokenFault.Locked(Label);
        }

        if (flags.ProtectedAuthenticationPath)
        {
            _session.Login(CKU.CKU_USER, (byte[]?)null); // it has keys of its own to type the PIN on
            return;
        }

        (string pin, string source) = pins.ForToken(uri, Label, flags.UserPinFinalTry);
        _pin = Encoding.UTF8.GetBytes(pin);
        try
        {
            _session.Login(CKU.CKU_USER, _pin);
        }
        catch (Pkcs11Exception e) when (e.RV is CKR.CKR_PIN_INCORRECT or CKR.CKR_PIN_INVALID or CKR.CKR_PIN_LEN_RANGE)
        {
            throw TokenFault.WrongPin(Label, _slot.GetTokenInfo().TokenFlags, source);
        }
    }

    private static bool Matches(ISlot slot, TokenUri uri)
    {
        ITokenInfo info = slot.GetTokenInfo();
        return (uri.SlotId is null || uri.SlotId == slot.SlotId)
            && (uri.Token is null || uri.Token == info.Label)
            && (uri.Manufacturer is null || uri.Manufacturer == info.ManufacturerId)
            && (uri.Model is null || uri.Model == info.Model)
            && (uri.Serial is null || uri.Serial == info.SerialNumber);
    }

    private static string Names(IEnumerable<ISlot> slots) => string.Join(", ", slots.Select(s => s.GetTokenInfo()).Select(i => $"token={TokenUri.Escape(i.Label)};serial={TokenUri.Escape(i.SerialNumber)}"));
}
