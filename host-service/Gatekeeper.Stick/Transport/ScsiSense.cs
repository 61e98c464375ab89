namespace Gatekeeper.Stick.Transport;

/// <summary>Why a command failed, from fixed-format sense data (SPC-4 §4.5.3).</summary>
/// <param name="Key">Sense key, 0 to 15.</param>
/// <param name="Code">Additional sense code.</param>
/// <param name="Qualifier">Additional sense code qualifier.</param>
internal readonly record struct ScsiSense(byte Key, byte Code, byte Qualifier)
{
    public const byte NotReady = 0x02;
    public const byte IllegalRequest = 0x05;
    public const byte UnitAttention = 0x06;
    public const byte DataProtect = 0x07;

    /// <summary>Additional sense code "medium not present".</summary>
    public const byte MediumNotPresent = 0x3a;

    /// <summary>Additional sense code "not ready to ready change, medium may have changed".</summary>
    public const byte MediumMayHaveChanged = 0x28;

    /// <summary>Reads sense data; bytes that did not arrive count as 0, "no sense".</summary>
    public static ScsiSense Read(ReadOnlySpan<byte> bytes)
    {
        // Response codes 70h and 71h are fixed format, current and deferred; sticks know no other.
        bool fixedFormat = bytes.Length >= 3 && (bytes[0] & 0x7e) == 0x70;
        return fixedFormat ? new ScsiSense((byte)(bytes[2] & 0x0f), bytes.Length > 12 ? bytes[12] : (byte)0, bytes.Length > 13 ? bytes[13] : (byte)0) : default;
    }

    /// <inheritdoc/>
    public override string ToString() => $"sense {Key:x1}/{Code:x2}/{Qualifier:x2}";
}
