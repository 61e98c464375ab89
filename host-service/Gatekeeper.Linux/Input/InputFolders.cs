namespace Gatekeeper.Linux.Input;

/// <summary>Where the kernel shows its input devices; a test gives folders of files.</summary>
public sealed record InputFolders
{
    /// <summary>Where sysfs lists input devices.</summary>
    public string InputClass { get; init; } = Input.InputClass.Folder;

    /// <summary>Where their nodes are.</summary>
    public string InputNodes { get; init; } = Input.InputClass.Nodes;

    /// <summary>Where sysfs lists hidraw devices.</summary>
    public string HidrawClass { get; init; } = Input.HidrawClass.Folder;

    /// <summary>Where their nodes are.</summary>
    public string HidrawNodes { get; init; } = Input.HidrawClass.Nodes;
}
