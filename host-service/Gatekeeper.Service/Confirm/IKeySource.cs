using Gatekeeper.Linux.Input;

namespace Gatekeeper.Service.Confirm;

/// <summary>Where the keys of a question come from. It is opened when the question is on the screen: what was pressed before is not in it.</summary>
internal interface IKeySource : IDisposable
{
    /// <summary>Waits for keys.</summary>
    /// <param name="milliseconds">0 or more.</param>
    /// <param name="lost">True when keys may have been missed: what was typed is not known any more.</param>
    /// <returns>What happened, in order, with codes of <see cref="KeyCode"/>; empty when nothing did.</returns>
    IReadOnlyList<KeyPress> Wait(int milliseconds, out bool lost);
}
