using System.Security.Cryptography;
using Gatekeeper.Release.Permits;
using Gatekeeper.Service.Status;
using Gatekeeper.Update;

namespace Gatekeeper.Service.Papers;

/// <summary>
/// Opens the challenges that permits answer (DESIGN §6 Permits). Only with a person at the device: in service mode. Asked twice for the same thing it
/// shows the same challenge, because the first one may be on its way to the manufacturer already.
/// </summary>
internal sealed class ChallengeDesk(TrustStore trust, AuditLog audit, Teller teller)
{
    /// <summary>Opens a challenge, or finds the one that is open for the same thing, and shows it.</summary>
    /// <param name="action">What is asked for.</param>
    /// <param name="digest">For a downgrade: the release; for a peripheral: the device.</param>
    /// <param name="port">For a peripheral: its port.</param>
    /// <returns>The one line that <c>gatekeeper-sign permit new</c> takes.</returns>
    /// <exception cref="Gatekeeper.Release.RefusedException">State partition or audit log failed.</exception>
    internal string Open(PermitAction action, string? digest, string? port)
    {
        if (trust.Content.Challenge is not { } open || open.Action != action || open.Digest != digest || open.Port != port)
        {
            Span<byte> random = stackalloc byte[Challenge.RandomBytes];
            RandomNumberGenerator.Fill(random);
            open = new OpenChallenge(action, Challenge.Text(random), digest, port);
            audit.Append("challenge", digest is null ? Challenge.NameOf(action) : $"{Challenge.NameOf(action)} {digest}", port ?? "");
            trust.Change(content => content with { Challenge = open });
            trust.Commit();
        }

        string line = LineOf(trust.Content)!;
        teller.Challenge(line);
        return line;
    }

    /// <summary>The open challenge in its one-line form, or null.</summary>
    internal static string? LineOf(StateContent content) =>
        content.Challenge is { } open ? new Challenge(open.Action, content.Device?.Id ?? "", open.Nonce).Line : null;
}
