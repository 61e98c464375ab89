using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text;

namespace Gatekeeper.Linux.Tests;

/// <summary>Collects claims about C headers and lets the C compiler judge them: one static assertion each.</summary>
internal sealed class CHeader(params string[] includes)
{
    private readonly StringBuilder _program = new(string.Concat(includes.Select(include => $"#include <{include}>\n")) + "#include <stddef.h>\n");

    public CHeader Constant(string name, ulong value) => Claim($"(unsigned long long)({name}) == {value}ULL", name);

    /// <summary>Compares the size of the struct, and the offset and size of every field, which have the C names.</summary>
    public CHeader Struct<T>(string cName)
        where T : unmanaged
    {
        Claim($"sizeof({cName}) == {Unsafe.SizeOf<T>()}", cName);
        foreach (System.Reflection.FieldInfo field in typeof(T).GetFields())
        {
            // A fixed buffer is one C array; its managed type is a generated struct of the array's size.
            int size = SizeOf(field.FieldType);
            nint offset = System.Runtime.InteropServices.Marshal.OffsetOf<T>(field.Name);
            Claim($"offsetof({cName}, {field.Name}) == {offset}", $"{cName}.{field.Name} offset");
            Claim($"sizeof((({cName} *)0)->{field.Name}) == {size}", $"{cName}.{field.Name} size");
        }

        return this;
    }

    /// <summary>Runs gcc over the claims; fails with what it said.</summary>
    public void Verify(params string[] options)
    {
        ProcessStartInfo start = new("gcc") { RedirectStandardInput = true, RedirectStandardError = true };
        foreach (string argument in (string[])["-std=gnu11", "-fsyntax-only", "-x", "c", .. options, "-"])
        {
            start.ArgumentList.Add(argument);
        }

        using Process gcc = Process.Start(start)!;
        gcc.StandardInput.Write(_program.ToString());
        gcc.StandardInput.Close();
        string errors = gcc.StandardError.ReadToEnd();
        gcc.WaitForExit();
        Assert.True(gcc.ExitCode == 0, errors);
    }

    private CHeader Claim(string expression, string message)
    {
        _program.Append("_Static_assert(").Append(expression).Append(", \"").Append(message).Append("\");\n");
        return this;
    }

    private static int SizeOf(Type type) =>
        (int)typeof(Unsafe).GetMethod(nameof(Unsafe.SizeOf))!.MakeGenericMethod(type).Invoke(null, null)!;
}
