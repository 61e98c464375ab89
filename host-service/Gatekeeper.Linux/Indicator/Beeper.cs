using System.Runtime.InteropServices;
using Gatekeeper.Linux.Input;

namespace Gatekeeper.Linux.Indicator;

/// <summary>
/// A beeper behind the kernel's input class: EV_SND with SND_TONE (Documentation/input/event-codes.rst), as the PC speaker has it. It may be
/// missing: nothing here throws for that. Not for use by two threads.
/// </summary>
/// <param name="phys">Where it is connected, as the kernel names it.</param>
/// <param name="classFolder">Where sysfs lists input devices.</param>
/// <param name="nodeFolder">Where their nodes are.</param>
public sealed class Beeper(string phys, string classFolder = InputClass.Folder, string nodeFolder = InputClass.Nodes) : IDisposable
{
    private FileStream? node;

    /// <summary>Name of the beeper's node (<c>event3</c>), or null when it is not there.</summary>
    public static string? Find(string phys, string classFolder = InputClass.Folder) =>
        InputClass.Events(classFolder).Where(e => e.Place == phys).Select(e => e.Node).FirstOrDefault();

    /// <summary>Starts a tone, or ends it.</summary>
    /// <param name="hertz">20 to 20000; 0 is silence.</param>
    /// <returns>False when the beeper is not there or does not take it.</returns>
    public bool TrySet(int hertz)
    {
        try
        {
            if (node is null)
            {
                if (Find(phys, classFolder) is not { } name)
                {
                    return false;
                }

                node = new FileStream(Path.Combine(nodeFolder, name), FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            }

            Span<InputEvent> events = [new InputEvent { Type = InputEvent.EV_SND, Code = InputEvent.SND_TONE, Value = hertz }, new InputEvent { Type = InputEvent.EV_SYN }];
            node.Write(MemoryMarshal.AsBytes(events));
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            node?.Dispose();
            node = null;
            return false;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => node?.Dispose();
}
