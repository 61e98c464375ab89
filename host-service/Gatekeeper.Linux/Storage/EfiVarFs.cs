using System.Buffers.Binary;
using Gatekeeper.Release;
using Gatekeeper.Update;
using Microsoft.Win32.SafeHandles;

namespace Gatekeeper.Linux.Storage;

/// <summary>
/// UEFI variables through efivarfs (Documentation/filesystems/efivarfs.rst): a file is four bytes of attributes, then the data; one
/// <c>write()</c> is one call to the firmware.
/// </summary>
/// <param name="root">Where efivarfs is mounted.</param>
public sealed class EfiVarFs(string root = "/sys/firmware/efi/efivars") : IEfiVariables
{
    private const uint Attributes = 7; // EFI_VARIABLE_NON_VOLATILE | BOOTSERVICE_ACCESS | RUNTIME_ACCESS
    private const int AttributeBytes = 4;

    /// <inheritdoc/>
    public byte[]? Read(string name, Guid vendor)
    {
        byte[] buffer = new byte[AttributeBytes + Limits.MaxEfiVariableBytes + 1];
        int length;
        try
        {
            using var file = new FileStream(FileOf(name, vendor), FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            length = file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"variable {name} may not be read", e);
        }

        return length < AttributeBytes || length == buffer.Length
            ? throw new IOException($"variable {name} has {length} bytes")
            : buffer[AttributeBytes..length];
    }

    /// <inheritdoc/>
    public void Write(string name, Guid vendor, ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty)
        {
            Delete(name, vendor);
            return;
        }

        byte[] content = new byte[AttributeBytes + data.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(content, Attributes);
        data.CopyTo(content.AsSpan(AttributeBytes));
        string path = FileOf(name, vendor);
        try
        {
            MakeMutable(path);

            // A stream, because the files of efivarfs cannot seek; unbuffered, because one write() is one call to the firmware.
            using var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            file.Write(content);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"variable {name} may not be written", e);
        }
    }

    /// <inheritdoc/>
    public void Delete(string name, Guid vendor)
    {
        string path = FileOf(name, vendor);
        try
        {
            MakeMutable(path);
            File.Delete(path);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"variable {name} may not be removed", e);
        }
    }

    /// <inheritdoc/>
    public long? FreeBytes()
    {
        // Kernels before 6.7 and firmware without QueryVariableInfo give zero blocks in all.
        var drive = new DriveInfo(root);
        return drive.TotalSize > 0 ? drive.AvailableFreeSpace : null;
    }

    private string FileOf(string name, Guid vendor) => Path.Combine(root, $"{name}-{vendor:D}");

    // The kernel marks what it does not know as safe to change immutable; entries of ours are known to it, a vendor's kernel may differ.
    private static unsafe void MakeMutable(string path)
    {
        using SafeFileHandle file = Libc.Open(path, StorageConstants.O_RDONLY | Libc.O_CLOEXEC);
        long flags = 0;
        if (file.IsInvalid || Libc.Ioctl(file, StorageConstants.FS_IOC_GETFLAGS, &flags) < 0 || (flags & StorageConstants.FS_IMMUTABLE_FL) == 0)
        {
            return;
        }

        flags &= ~StorageConstants.FS_IMMUTABLE_FL;
        LinuxException.Check(Libc.Ioctl(file, StorageConstants.FS_IOC_SETFLAGS, &flags), "FS_IOC_SETFLAGS");
    }
}
