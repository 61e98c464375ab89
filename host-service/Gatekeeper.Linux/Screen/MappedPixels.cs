using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Gatekeeper.Linux.Screen;

/// <summary>The memory of a screen, mapped from the file of its device. A failure is a <see cref="Win32Exception"/> with its errno.</summary>
internal sealed unsafe class MappedPixels : IDisposable
{
    private readonly nint _memory;
    private readonly nuint _bytes;

    internal MappedPixels(SafeFileHandle file, nuint bytes, long offset, string what)
    {
        _bytes = bytes;
        _memory = Libc.Mmap(0, bytes, Libc.PROT_READ | Libc.PROT_WRITE, Libc.MAP_SHARED, file, offset);
        if (_memory == Libc.MAP_FAILED)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError(), $"mmap of the {what}");
        }
    }

    /// <summary>Opens a screen's device.</summary>
    internal static SafeFileHandle Open(string path)
    {
        SafeFileHandle file = Libc.Open(path, Libc.O_RDWR | Libc.O_CLOEXEC);
        return file.IsInvalid ? throw new Win32Exception(Marshal.GetLastPInvokeError(), $"open {path}") : file;
    }

    /// <summary>Some of it; the caller knows the screen's geometry.</summary>
    internal Span<byte> At(long offset, int length) => new((byte*)_memory + offset, length);

    /// <inheritdoc/>
    public void Dispose() => Libc.Munmap(_memory, _bytes);
}
