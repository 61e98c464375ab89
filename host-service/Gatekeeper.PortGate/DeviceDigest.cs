using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Gatekeeper.Release.Permits;

namespace Gatekeeper.PortGate;

/// <summary>SHA-256 over everything readable of a device, each part behind its length. It detects change; it is no identity, every byte is the device's own choice.</summary>
public static class DeviceDigest
{
    /// <summary>Digest of one plugged device: its words, and its place and number on the bus. A device that was plugged anew has another one.</summary>
    public static ImmutableArray<byte> OfConnection(UsbDeviceSnapshot device) => Of(device, withPlace: true);

    /// <summary>Digest of what a device says about itself, wherever and however often it is plugged: FORMAT.md R-106 spells it out, permits name it.</summary>
    public static ImmutableArray<byte> OfIdentity(UsbDeviceSnapshot device) => Of(device, withPlace: false);

    /// <summary>A plugged device as a permit names it: its identity at its port (FORMAT.md R-106).</summary>
    public static PermittedPeripheral ForPermit(UsbDeviceSnapshot device) => new(Convert.ToHexStringLower(OfIdentity(device).AsSpan()), device.Name);

    private static ImmutableArray<byte> Of(UsbDeviceSnapshot device, bool withPlace)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(hash, device.Descriptors.AsSpan());
        Add(hash, device.BosDescriptors.AsSpan());
        AddText(hash, device.Strings.Manufacturer);
        AddText(hash, device.Strings.Product);
        AddText(hash, device.Strings.Serial);
        if (withPlace)
        {
            AddText(hash, device.Name);
            Span<byte> place = stackalloc byte[12];
            BinaryPrimitives.WriteInt32LittleEndian(place, device.BusNumber);
            BinaryPrimitives.WriteInt32LittleEndian(place[4..], device.DeviceNumber);
            BinaryPrimitives.WriteInt32LittleEndian(place[8..], (int)device.Speed);
            Add(hash, place);
        }

        return ImmutableArray.Create(hash.GetHashAndReset());
    }

    private static void AddText(IncrementalHash hash, string? text)
    {
        // "Absent" and "empty" are two answers.
        Span<byte> present = [text is null ? (byte)0 : (byte)1];
        hash.AppendData(present);
        Add(hash, Encoding.UTF8.GetBytes(text ?? string.Empty));
    }

    private static void Add(IncrementalHash hash, ReadOnlySpan<byte> part)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, part.Length);
        hash.AppendData(length);
        hash.AppendData(part);
    }
}
