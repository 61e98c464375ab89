using Gatekeeper.Update;
using Gatekeeper.Update.Status;

namespace Gatekeeper.Service.Control;

/// <summary>
/// Which language the screen of this device has: what somebody set in service mode or <c>device.json</c> gave, else what the image's
/// <c>policy.json</c> says. Used by the worker alone; the status server is told by whoever changes it.
/// </summary>
/// <param name="trust">Where it is kept.</param>
/// <param name="audit">Each change is on record before its effect (I13).</param>
/// <param name="policyLanguage">The image's own choice, one of <see cref="StatusLanguage.All"/>.</param>
internal sealed class LanguageDesk(TrustStore trust, AuditLog audit, string policyLanguage)
{
    /// <summary>
    /// The language now. A tag that this image has no texts of, kept by one that had them, counts as not set: the kiosk would fall back
    /// to English, and the image's own choice is nearer to the people at the device.
    /// </summary>
    internal string Current => trust.Content.Language is { } set && StatusLanguage.All.Contains(set) ? set : policyLanguage;

    /// <summary>Sets it.</summary>
    /// <param name="tag">One of <see cref="StatusLanguage.All"/>.</param>
    /// <exception cref="RequestRefusedException">There are no texts of this language; nothing was changed.</exception>
    /// <exception cref="Release.RefusedException">State partition or audit log failed.</exception>
    internal void Set(string tag)
    {
        if (!StatusLanguage.All.Contains(tag))
        {
            throw new RequestRefusedException("the screen does not speak this language", $"name one of {string.Join(", ", StatusLanguage.All)}");
        }

        if (trust.Content.Language == tag)
        {
            return;
        }

        audit.Append("language", tag);
        trust.Change(content => content with { Language = tag });
        trust.Commit();
    }
}
