using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;

namespace Gatekeeper.Signing.Keys.Tokens;

/// <summary>What a module's return values mean for the person at the command line.</summary>
internal static class TokenFault
{
    /// <summary>Runs <paramref name="work"/> and says in words what a module refused.</summary>
    /// <param name="token">The token's label.</param>
    /// <param name="doing">What is done, for example <c>signing</c>.</param>
    /// <param name="work">The work.</param>
    internal static T Say<T>(string token, string doing, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Pkcs11Exception e)
        {
            throw Of(e, token, doing);
        }
        catch (AttributeValueException e)
        {
            throw new ToolException(ExitCode.Token, $"the token {token} does not show a part of a key while {doing}: {TokenText.Clean(e.Message).TrimEnd('.')}", "see what the token's own tool shows of the key");
        }
    }

    /// <summary>What was typed wrongly, and how much the token tells of the tries that are left. PKCS#11 has three flags and no number.</summary>
    internal static ToolException WrongPin(string token, ITokenFlags after, string source) =>
        after.UserPinLocked ? Locked(token)
        : new ToolException(
            ExitCode.Passphrase,
            $"wrong PIN for the token {token}; {(after.UserPinFinalTry ? "one try is left" : after.UserPinCountLow ? "tries are being counted, the token does not tell how many are left" : "the token does not tell how many tries are left")}",
            after.UserPinFinalTry ? "one more wrong PIN locks it: find the right one first, the next one is taken from a prompt only" : $"the PIN came from {source}; it is not tried again by itself");

    /// <summary>The PIN is locked.</summary>
    internal static ToolException Locked(string token) =>
        new(ExitCode.Passphrase, $"the PIN of the token {token} is locked", "its security officer sets a new one, with the token's own tool (for example pkcs11-tool --init-pin)");

    private static ToolException Of(Pkcs11Exception e, string token, string doing) => e.RV switch
    {
        CKR.CKR_DEVICE_REMOVED or CKR.CKR_TOKEN_NOT_PRESENT or CKR.CKR_SLOT_ID_INVALID or CKR.CKR_SESSION_HANDLE_INVALID or CKR.CKR_SESSION_CLOSED or CKR.CKR_TOKEN_NOT_RECOGNIZED =>
            new ToolException(ExitCode.Token, $"the token {token} was taken away while {doing}", "plug it in and run the command again; nothing was written"),
        CKR.CKR_PIN_LOCKED => Locked(token),
        CKR.CKR_PIN_EXPIRED => new ToolException(ExitCode.Passphrase, $"the PIN of the token {token} has expired", "set a new one with the token's own tool"),
        CKR.CKR_USER_PIN_NOT_INITIALIZED => new ToolException(ExitCode.Passphrase, $"the token {token} has no PIN yet", "set one with the token's own tool (for example pkcs11-tool --init-pin)"),
        CKR.CKR_FUNCTION_CANCELED => new ToolException(ExitCode.Passphrase, $"{doing} was canceled at the token {token}", "run the command again"),
        CKR.CKR_MECHANISM_INVALID or CKR.CKR_MECHANISM_PARAM_INVALID or CKR.CKR_CURVE_NOT_SUPPORTED or CKR.CKR_FUNCTION_NOT_SUPPORTED or CKR.CKR_KEY_SIZE_RANGE or CKR.CKR_DOMAIN_PARAMS_INVALID =>
            new ToolException(ExitCode.Token, $"the token {token} cannot do what is asked while {doing}: {e.RV}", "use another type of key; the token's manual lists what it knows"),
        CKR.CKR_KEY_FUNCTION_NOT_PERMITTED => new ToolException(ExitCode.Token, $"the key in the token {token} may not sign", "make one that may: key new --token"),
        CKR.CKR_DEVICE_MEMORY => new ToolException(ExitCode.Token, $"the token {token} is full", "remove what is not needed with the token's own tool"),
        CKR.CKR_TOKEN_WRITE_PROTECTED or CKR.CKR_SESSION_READ_ONLY => new ToolException(ExitCode.Token, $"the token {token} is write-protected", "use another token, or its maker's tool"),
        _ => new ToolException(ExitCode.Token, $"the token {token} failed while {doing}: {e.Method} said {e.RV}", "run the command again; if it stays, the manual of the token's software explains the code; nothing was written"),
    };
}
