using System.Collections.Immutable;
using Gatekeeper.Release;

namespace Gatekeeper.Update;

/// <summary>The people who may confirm an install with a PIN, as the state keeps them. <see cref="Pins"/> makes and checks the hashes.</summary>
public sealed record PeopleRecord
{
    /// <summary>Salt of this device, random. One for all: the keypad has no letters, so a PIN is looked up among all people, and with one
    /// salt the whole time that may pass goes into one hash (decisions/0080).</summary>
    public required byte[] Salt { get; init; }

    /// <summary>Rounds of PBKDF2, 1 to <see cref="Limits.MaxPinRounds"/>.</summary>
    public required int Rounds { get; init; }

    /// <summary>PINs typed since the last right one. Counted before each answer is given.</summary>
    public required int Wrong { get; init; }

    /// <summary>At most <see cref="Limits.MaxPeople"/>, in the order they were enrolled.</summary>
    public required ImmutableArray<PersonRecord> List { get; init; }
}

/// <summary>One person.</summary>
/// <param name="Name">1 to <see cref="Limits.MaxPersonNameChars"/> letters, digits, spaces, dots, dashes, apostrophes of ASCII: it stands in the audit log.</param>
/// <param name="Hash">PBKDF2-SHA256 of the PIN's ASCII digits, 32 bytes.</param>
public sealed record PersonRecord(string Name, byte[] Hash);
