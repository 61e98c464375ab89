using System.Security.Cryptography;
using Gatekeeper.Release;

namespace Gatekeeper.Update;

/// <summary>What a PIN may be, how it is kept, and how long a wrong one makes people wait. Pure. No text of it ever holds a PIN.</summary>
public static class Pins
{
    /// <summary>Bytes of the salt and of a hash.</summary>
    private const int Bytes = 32;

    /// <summary>Longest group of digits whose repetition is no PIN: 121212, 123123.</summary>
    private const int LongestGroup = 3;

    /// <summary>A record without people, with a new salt.</summary>
    public static PeopleRecord Nobody() => new() { Salt = RandomNumberGenerator.GetBytes(Bytes), Rounds = Limits.PinRounds, Wrong = 0, List = [] };

    /// <summary>What is wrong with a new PIN, in words that do not hold it; null when nothing is.</summary>
    public static string? Fault(ReadOnlySpan<byte> pin)
    {
        if (pin.Length is < Limits.MinPinDigits or > Limits.MaxPinDigits || pin.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
        {
            return $"a PIN has {Limits.MinPinDigits} to {Limits.MaxPinDigits} digits and nothing else";
        }

        return IsRow(pin) || IsRepetition(pin) ? "the PIN is one of the first that anybody tries" : null;
    }

    /// <summary>The person whose PIN this is, or null. Takes the same time whoever it is.</summary>
    /// <exception cref="RefusedException"><see cref="Refusal.State"/>: the record cannot be ours.</exception>
    public static PersonRecord? Find(PeopleRecord people, ReadOnlySpan<byte> pin)
    {
        ArgumentNullException.ThrowIfNull(people);
        byte[] hash = Hash(people, pin);
        PersonRecord? found = null;
        foreach (PersonRecord person in people.List)
        {
            found = CryptographicOperations.FixedTimeEquals(person.Hash, hash) ? person : found;
        }

        CryptographicOperations.ZeroMemory(hash);
        return found;
    }

    /// <summary>The hash under which a PIN is kept.</summary>
    /// <exception cref="RefusedException"><see cref="Refusal.State"/>: the record cannot be ours.</exception>
    public static byte[] Hash(PeopleRecord people, ReadOnlySpan<byte> pin)
    {
        ArgumentNullException.ThrowIfNull(people);
        return people.Rounds is >= 1 and <= Limits.MaxPinRounds && people.Salt.Length == Bytes
            ? Rfc2898DeriveBytes.Pbkdf2(pin, people.Salt, people.Rounds, HashAlgorithmName.SHA256, Bytes)
            : throw new RefusedException(Refusal.State, "people: salt or rounds that were not written here");
    }

    /// <summary>Seconds to wait after so many wrong PINs in a row: 0, 0, 30, 60, 120, 240, 480, then 900.</summary>
    public static int WaitSeconds(int wrong) => wrong < Limits.FreePinTries
        ? 0
        : Math.Min(Limits.LongestPinWaitSeconds, Limits.FirstPinWaitSeconds << Math.Min(wrong - Limits.FreePinTries, 5));

    // 000000, 123456, 987654, 024680: each digit the same step from the one before.
    private static bool IsRow(ReadOnlySpan<byte> pin)
    {
        int step = Step(pin, 1);
        for (int i = 2; i < pin.Length; i++)
        {
            if (Step(pin, i) != step)
            {
                return false;
            }
        }

        return true;
    }

    private static int Step(ReadOnlySpan<byte> pin, int at) => (pin[at] - pin[at - 1] + 10) % 10;

    private static bool IsRepetition(ReadOnlySpan<byte> pin)
    {
        for (int group = 1; group <= LongestGroup; group++)
        {
            if (pin.Length % group == 0 && pin[group..].SequenceEqual(pin[..^group]))
            {
                return true;
            }
        }

        return false;
    }
}
