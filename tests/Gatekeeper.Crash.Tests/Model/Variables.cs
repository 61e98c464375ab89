using System.Buffers.Binary;
using Gatekeeper.Update;

namespace Gatekeeper.Crash.Tests.Model;

/// <summary>The firmware's variables. The store has no volatile cache: a variable is old or new (BOOT-CONTRACT.md).</summary>
internal sealed class Variables(Trace? trace) : IEfiVariables
{
    private SortedDictionary<string, byte[]> store = new(StringComparer.Ordinal);

    public byte[]? Read(string name, Guid vendor) => store.GetValueOrDefault(name);

    public void Write(string name, Guid vendor, ReadOnlySpan<byte> data)
    {
        Set(name, data.Length == 0 ? null : data.ToArray());
        trace?.Add(new Op(OpKind.Variable, -1, 0, [], name, data.Length == 0 ? null : data.ToArray(), $"{name} written"));
    }

    public void Delete(string name, Guid vendor)
    {
        Set(name, null);
        trace?.Add(new Op(OpKind.Variable, -1, 0, [], name, null, $"{name} deleted"));
    }

    public long? FreeBytes() => 60_000;

    /// <summary>Changes a variable without a word to the trace.</summary>
    public void Set(string name, byte[]? data)
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

    /// <summary>The firmware takes the once-only entry away before it starts it.</summary>
    public void TakeBootNext()
    {
        if (store.Remove("BootNext"))
        {
            trace?.Add(new Op(OpKind.Variable, -1, 0, [], "BootNext", null, "BootNext taken by the firmware") { ByFirmware = true });
        }
    }

    public ushort[] Numbers(string name)
    {
        byte[] data = store.GetValueOrDefault(name) ?? [];
        return [.. Enumerable.Range(0, data.Length / 2).Select(i => BinaryPrimitives.ReadUInt16LittleEndian(data.AsSpan(i * 2)))];
    }

    public Variables Fork(Trace? to) => new(to) { store = new SortedDictionary<string, byte[]>(store, StringComparer.Ordinal) };

    /// <summary>Tells two stores apart. What the firmware itself sets at each start does not count.</summary>
    public UInt128 Key()
    {
        UInt128 key = 0;
        foreach ((string name, byte[] data) in store.Where(v => v.Key != "BootCurrent"))
        {
            byte[] text = [.. System.Text.Encoding.ASCII.GetBytes(name.PadRight(16)), .. data];
            for (int i = 0; i * Sector.Bytes < text.Length; i++)
            {
                byte[] sector = new byte[Sector.Bytes];
                text.AsSpan(i * Sector.Bytes, Math.Min(Sector.Bytes, text.Length - (i * Sector.Bytes))).CopyTo(sector);
                key = unchecked(key + Sector.KeyAt(100 + i, 0, Sector.Of(sector)));
            }
        }

        return key;
    }
}
