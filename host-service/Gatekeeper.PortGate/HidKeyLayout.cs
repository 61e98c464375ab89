using System.Buffers.Binary;
using Gatekeeper.Release;

namespace Gatekeeper.PortGate;

/// <summary>
/// Where the reports of a keyboard or keypad say which keys are down: the first array of one-byte key codes that its report descriptor
/// has (Device Class Definition for HID 1.11, sections 5.3 to 5.5 and 6.2.2; every boot keyboard has one). The descriptor is the
/// device's own word, so what is unusual is no keypad.
/// </summary>
/// <param name="ReportId">The number that each of its reports begins with; null when reports have none.</param>
/// <param name="FirstByte">Where the key codes begin in a report, counted from its first byte as it is read.</param>
/// <param name="Count">How many there are: as many keys as can be down at once.</param>
public sealed record HidKeyLayout(byte? ReportId, int FirstByte, int Count)
{
    private const int UsagePage = 0x04;
    private const int LogicalMinimum = 0x14;
    private const int UsageMinimum = 0x18;
    private const int ReportSizeItem = 0x74;
    private const int Input = 0x80;
    private const int ReportIdItem = 0x84;
    private const int Output = 0x90;
    private const int Collection = 0xa0;
    private const int Feature = 0xb0;
    private const int EndCollection = 0xc0;
    private const int ReportCountItem = 0x94;
    private const int Push = 0xa4;
    private const int Pop = 0xb4;
    private const int LongItem = 0xfc;
    private const int ConstantOrVariable = 3;
    private const int KeyboardPage = 7;

    // Usages 1 to 3 stand in every place when the keyboard does not know which keys are down (HID Usage Tables 1.4, section 10).
    private const int LastError = 3;

    /// <summary>Finds it, or null when this is no keypad that is read here.</summary>
    public static HidKeyLayout? Find(ReadOnlySpan<byte> descriptor)
    {
        if (descriptor.Length > Limits.MaxHidDescriptorBytes)
        {
            return null;
        }

        long page = 0, logicalMinimum = 0, usageMinimum = 0, size = 0, count = 0, bits = 0;
        byte? id = null;
        while (!descriptor.IsEmpty)
        {
            int bytes = (descriptor[0] & 3) is 3 ? 4 : descriptor[0] & 3;
            int kind = descriptor[0] & 0xfc;
            if (kind == LongItem || descriptor.Length < 1 + bytes)
            {
                return null;
            }

            uint value = Value(descriptor.Slice(1, bytes));
            descriptor = descriptor[(1 + bytes)..];
            switch (kind)
            {
                case UsagePage:
                    page = value;
                    break;
                case LogicalMinimum:
                    logicalMinimum = value;
                    break;
                case UsageMinimum:
                    usageMinimum = value;
                    break;
                case ReportSizeItem:
                    size = value;
                    break;
                case ReportCountItem:
                    count = value;
                    break;
                case ReportIdItem when value is > 0 and <= byte.MaxValue:
                    // Each number counts its own bits. A number that comes back is not what keypads do.
                    id = (byte)value;
                    bits = 0;
                    break;
                case Input when size > 8 * Limits.MaxHidReportBytes || count > 8 * Limits.MaxHidReportBytes:
                    return null;
                case Input:
                    if (page == KeyboardPage && (value & ConstantOrVariable) == 0 && size == 8 && count > 0 && bits % 8 == 0 && logicalMinimum == 0 && usageMinimum == 0)
                    {
                        long first = (bits / 8) + (id is null ? 0 : 1);
                        return first + count <= Limits.MaxHidReportBytes ? new HidKeyLayout(id, (int)first, (int)count) : null;
                    }

                    usageMinimum = 0;
                    bits += size * count;
                    if (bits > 8 * Limits.MaxHidReportBytes)
                    {
                        return null;
                    }

                    break;
                case Output or Feature or Collection or EndCollection:
                    usageMinimum = 0; // a local item: it ends with the main item behind it
                    break;
                case ReportIdItem or Push or Pop:
                    return null;
                default:
                    break; // what only describes
            }
        }

        return null;
    }

    /// <summary>The key codes (HID Usage Tables, page 7) that a report says are down; null when it is another report or says nothing about them.</summary>
    public IReadOnlyList<byte>? Down(ReadOnlySpan<byte> report)
    {
        if (report.Length < FirstByte + Count || (ReportId is { } id && report[0] != id))
        {
            return null;
        }

        List<byte> down = [];
        foreach (byte key in report.Slice(FirstByte, Count))
        {
            if (key is > 0 and <= LastError)
            {
                return null;
            }

            if (key != 0 && !down.Contains(key))
            {
                down.Add(key);
            }
        }

        return down;
    }

    private static uint Value(ReadOnlySpan<byte> bytes) => bytes.Length switch
    {
        0 => 0,
        1 => bytes[0],
        2 => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
        _ => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
    };
}
