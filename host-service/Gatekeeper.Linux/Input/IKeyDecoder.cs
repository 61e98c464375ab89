namespace Gatekeeper.Linux.Input;

/// <summary>From the bytes that an input device's node gives to keys.</summary>
internal interface IKeyDecoder
{
    /// <summary>Bytes to ask the node for at once.</summary>
    int ReadBytes { get; }

    /// <summary>Adds what happened.</summary>
    /// <param name="bytes">One answer of the node, not empty.</param>
    /// <param name="device">The device's name.</param>
    /// <param name="pressed">Where the keys go, in order.</param>
    /// <param name="lost">Set when it is not known any more what is held down.</param>
    void Decode(ReadOnlySpan<byte> bytes, string device, List<KeyPress> pressed, ref bool lost);
}
