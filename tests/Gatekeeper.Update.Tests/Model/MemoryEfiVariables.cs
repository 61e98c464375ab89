using System.Buffers.Binary;

namespace Gatekeeper.Update.Tests.Model;

/// <summary>A variable store without a volatile cache: cut before and after each write; completed writes stay (DESIGN §7).</summary>
public sealed class MemoryEfiVariables(PowerLine line) : IEfiVariables
{
    private readonly Dictionary<string, byte[]> store = new(StringComparer.Ordinal);

    /// <summary>Names that were written or deleted, in order.</summary>
    public List<string> Changes { get; } = [];

    public long? Free { get; set; } = 60_000;

    public bool Dead { get; set; }

    /// <summary>Writes are swallowed.</summary>
    public bool Deaf { get; set; }

    public byte[]? Read(string name, Guid vendor) => Dead ? throw new IOException("the store is dead") : store.GetValueOrDefault(name);

    public void Write(string name, Guid vendor, ReadOnlySpan<byte> data)
    {
        line.Step($"before {name}");
        Changes.Add(name);
        if (!Deaf)
        {
            store[name] = data.ToArray();
            if (data.Length == 0)
            {
                store.Remove(name); // UEFI 2.10 §8.2: data of no length deletes
            }
        }

        line.Step($"after {name}");
    }

    public void Delete(string name, Guid vendor)
    {
        line.Step($"before delete {name}");
        Changes.Add(name);
        if (!Deaf)
        {
            store.Remove(name);
        }

        line.Step($"after delete {name}");
    }

    public long? FreeBytes() => Free;

    /// <summary>What the firmware itself does; no step of ours.</summary>
    public void Firmware(string name, byte[]? data)
    {
        if (data is null)
        {
            store.Remove(name);
        }
        else
        {
            store[name] = data;
        }
    }

    public ushort[] Numbers(string name)
    {
        byte[] data = store.GetValueOrDefault(name) ?? [];
        return [.. Enumerable.Range(0, data.Length / 2).Select(i => BinaryPrimitives.ReadUInt16LittleEndian(data.AsSpan(i * 2)))];
    }

    public void SetNumbers(string name, params ushort[] numbers)
    {
        byte[] data = new byte[numbers.Length * 2];
        for (int i = 0; i < numbers.Length; i++)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(data.AsSpan(i * 2), numbers[i]);
        }

        Firmware(name, data);
    }

    public MemoryEfiVariables Copy(PowerLine power)
    {
        var copy = new MemoryEfiVariables(power) { Free = Free };
        foreach ((string name, byte[] data) in store)
        {
            copy.store[name] = data;
        }

        return copy;
    }
}
