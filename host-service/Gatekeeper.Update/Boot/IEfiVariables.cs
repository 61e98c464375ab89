namespace Gatekeeper.Update;

/// <summary>UEFI variables (UEFI 2.10 §8.2), names and vendor GUIDs as the firmware has them.</summary>
public interface IEfiVariables
{
    /// <summary>The variable's data without its attributes, or null when it does not exist.</summary>
    /// <exception cref="IOException">The store failed, or the data is longer than <c>Limits.MaxEfiVariableBytes</c>.</exception>
    byte[]? Read(string name, Guid vendor);

    /// <summary>Writes non-volatile, boot and runtime access, in one call to the firmware.</summary>
    /// <exception cref="IOException">The store failed or is full.</exception>
    void Write(string name, Guid vendor, ReadOnlySpan<byte> data);

    /// <summary>Removes the variable; nothing happens when it does not exist.</summary>
    /// <exception cref="IOException">The store failed.</exception>
    void Delete(string name, Guid vendor);

    /// <summary>Bytes still free in the store, or null when the firmware cannot say.</summary>
    long? FreeBytes();
}
