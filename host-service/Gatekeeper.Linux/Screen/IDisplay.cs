namespace Gatekeeper.Linux.Screen;

/// <summary>A screen that whole pictures are shown on.</summary>
public interface IDisplay : IDisposable
{
    /// <summary>Pixels across.</summary>
    int Width { get; }

    /// <summary>Pixels down.</summary>
    int Height { get; }

    /// <summary>Shows a picture. Throws <see cref="System.ComponentModel.Win32Exception"/> (errno) when the screen is lost.</summary>
    /// <param name="picture">Exactly <see cref="Width"/> by <see cref="Height"/>.</param>
    void Show(Picture picture);
}
