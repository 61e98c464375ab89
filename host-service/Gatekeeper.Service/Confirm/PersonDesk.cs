using System.Collections.Immutable;
using System.Text;
using Gatekeeper.Release;
using Gatekeeper.Service.Control;
using Gatekeeper.Update;

namespace Gatekeeper.Service.Confirm;

/// <summary>
/// The people who have a PIN on this device, and the brake on guessing. Used by the worker alone. A PIN is in no message and no record
/// of it; what is kept is a hash (<see cref="Pins"/>).
/// </summary>
/// <param name="trust">Where they are kept.</param>
/// <param name="audit">Each change and each wrong PIN is on record before its effect (I13).</param>
/// <param name="nowMs">A clock that nobody can set: milliseconds since the machine's start.</param>
internal sealed class PersonDesk(TrustStore trust, AuditLog audit, Func<long> nowMs)
{
    /// <summary>More are not counted: the wait is the longest long before.</summary>
    private const int MostCounted = 1000;

    // A restart is no way around a wait: it begins anew.
    private long waitUntilMs = nowMs() + (1000L * Pins.WaitSeconds(trust.Content.People?.Wrong ?? 0));

    /// <summary>How many people have a PIN.</summary>
    internal int Count => trust.Content.People?.List.Length ?? 0;

    /// <summary>Their names, in the order they were enrolled.</summary>
    internal ImmutableArray<string> Names => [.. trust.Content.People?.List.Select(p => p.Name) ?? []];

    /// <summary>Seconds until a PIN may be typed, rounded up; 0 when it may.</summary>
    internal int SecondsToWait => (int)((Math.Max(0, waitUntilMs - nowMs()) + 999) / 1000);

    /// <summary>PINs that may be typed before the next wait: at least one once a wait is over.</summary>
    internal int TriesLeft => Math.Max(1, Limits.FreePinTries - (trust.Content.People?.Wrong ?? 0));

    /// <summary>Gives a person a PIN.</summary>
    /// <exception cref="RequestRefusedException">Name or PIN is not one, or is taken; nothing was changed.</exception>
    /// <exception cref="RefusedException">State partition or audit log failed.</exception>
    internal void Add(string name, string pin)
    {
        if (!IsName(name))
        {
            throw new RequestRefusedException(
                $"a name has 1 to {Limits.MaxPersonNameChars} letters a to z, digits, spaces, dots, dashes or apostrophes", "write it as it shall stand in the audit log");
        }

        byte[] digits = Encoding.ASCII.GetBytes(pin);
        if (Pins.Fault(digits) is { } fault)
        {
            throw new RequestRefusedException(fault, "choose another PIN");
        }

        PeopleRecord people = trust.Content.People ?? Pins.Nobody();
        if (people.List.Any(p => p.Name.Equals(name, StringComparison.OrdinalIgnoreCase)))
        {
            throw new RequestRefusedException("somebody of this name has a PIN already", "remove the name first, or add a letter");
        }

        if (people.List.Length >= Limits.MaxPeople)
        {
            throw new RequestRefusedException($"{people.List.Length} people have a PIN already", "remove somebody first: gatekeeper person list");
        }

        if (Pins.Find(people, digits) is not null)
        {
            // On record, because it says to the person who asks that this PIN is somebody's.
            audit.Append("person-refused", $"{name}: a PIN that is taken");
            throw new RequestRefusedException("this PIN is taken", "choose another PIN");
        }

        audit.Append("person-added", name);
        Keep(people with { List = people.List.Add(new PersonRecord(name, Pins.Hash(people, digits))) });
    }

    /// <summary>Takes a person's PIN back.</summary>
    /// <exception cref="RequestRefusedException">Nobody has this name.</exception>
    /// <exception cref="RefusedException">State partition or audit log failed.</exception>
    internal void Remove(string name)
    {
        if (trust.Content.People is not { } people || people.List.FirstOrDefault(p => p.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is not { } person)
        {
            throw new RequestRefusedException("nobody of this name has a PIN", "see gatekeeper person list");
        }

        audit.Append("person-removed", person.Name);
        Keep(people with { List = people.List.Remove(person) });
    }

    /// <summary>
    /// Whose PIN this is, or null. The try is counted on the state partition before it is looked at, so that pulling the plug at the
    /// right moment is no free guess. The right PIN sets the count back with <see cref="Reset"/>.
    /// </summary>
    /// <exception cref="InvalidOperationException">Asked during a wait, or with nobody enrolled.</exception>
    /// <exception cref="RefusedException">State partition or audit log failed: there is no answer.</exception>
    internal string? Check(ReadOnlySpan<byte> pin, string port)
    {
        if (SecondsToWait > 0 || trust.Content.People is not { } people)
        {
            throw new InvalidOperationException("a PIN during a wait, or nobody has one");
        }

        int tried = Math.Min(MostCounted, people.Wrong + 1);
        Keep(people with { Wrong = tried });
        if (Pins.Find(people, pin) is { } person)
        {
            return person.Name;
        }

        audit.Append("wrong-pin", $"{tried} since the last right one", port);
        waitUntilMs = nowMs() + (1000L * Pins.WaitSeconds(tried));
        return null;
    }

    /// <summary>The same people after a right PIN; null stays null.</summary>
    internal static PeopleRecord? Reset(PeopleRecord? people) => people is null ? null : people with { Wrong = 0 };

    // ASCII, because it stands in the audit log, which holds nothing else.
    private static bool IsName(string name) =>
        name.Length is >= 1 and <= Limits.MaxPersonNameChars && name[0] != ' ' && name[^1] != ' ' && name.All(c => char.IsAsciiLetterOrDigit(c) || c is ' ' or '.' or '-' or '\'');

    private void Keep(PeopleRecord people)
    {
        trust.Change(content => content with { People = people });
        trust.Commit();
    }
}
