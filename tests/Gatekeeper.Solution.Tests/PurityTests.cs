using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Gatekeeper.Solution.Tests;

/// <summary>Pure projects do no I/O, read no clock, start nothing and log nothing (DESIGN §4). Looked up in what was compiled, so that no alias hides a use.</summary>
public sealed class PurityTests
{
    /// <summary>Types none of whose members a pure project uses, and single members of others.</summary>
    private static readonly string[] Forbidden =
    [
        "System.IO.File", "System.IO.FileInfo", "System.IO.FileStream", "System.IO.Directory", "System.IO.DirectoryInfo", "System.IO.DriveInfo",
        "System.IO.FileSystemWatcher", "System.IO.RandomAccess", "System.IO.StreamReader", "System.IO.StreamWriter", "System.IO.Pipes.*",
        "System.IO.MemoryMappedFiles.*", "System.IO.Path.GetTempPath", "System.IO.Path.GetTempFileName", "System.IO.Path.GetFullPath",
        "Microsoft.Win32.*", "System.Net.*", "System.Console", "System.Environment", "System.AppContext", "System.Diagnostics.Process",
        "System.Diagnostics.ProcessStartInfo", "System.Diagnostics.Trace", "System.Diagnostics.Debug.WriteLine", "System.Diagnostics.Stopwatch",
        "System.DateTime.get_Now", "System.DateTime.get_UtcNow", "System.DateTime.get_Today", "System.DateTimeOffset.get_Now",
        "System.DateTimeOffset.get_UtcNow", "System.TimeProvider.get_System", "System.Threading.Timer", "System.Threading.PeriodicTimer",
        "System.Threading.Thread.Sleep", "System.Threading.Tasks.Task.Delay", "System.Runtime.InteropServices.NativeLibrary",
        "System.Runtime.InteropServices.Marshal", "System.Reflection.Assembly.Load", "System.Reflection.Assembly.LoadFrom", "System.Activator",
        "Serilog.*", "Microsoft.Extensions.*",
    ];

    /// <summary>The compiler itself writes this into every iterator.</summary>
    private static readonly string[] Generated = ["System.Environment", "System.Environment.get_CurrentManagedThreadId"];

    public static TheoryData<string> PureProjects => ["Gatekeeper.Release", "Gatekeeper.PortGate", "Gatekeeper.Stick", "Gatekeeper.Update"];

    [Theory]
    [MemberData(nameof(PureProjects))]
    public void PureProject_UsesNothingOutsideItself(string project)
    {
        using PEReader file = new(File.OpenRead(Path.Combine(AppContext.BaseDirectory, project + ".dll")));
        MetadataReader code = file.GetMetadataReader();
        string[] used = [.. Types(code).Concat(Members(code)).Except(Generated).Where(IsForbidden).Order()];
        Assert.True(used.Length == 0, $"{project} uses {string.Join(", ", used)}");
        Assert.DoesNotContain(
            code.MethodDefinitions.Select(code.GetMethodDefinition),
            method => (method.Attributes & System.Reflection.MethodAttributes.PinvokeImpl) != 0);
    }

    [Theory]
    [InlineData("System.IO.File", true)]
    [InlineData("System.IO.File.ReadAllBytes", true)]
    [InlineData("System.IO.FileNotFoundException..ctor", false)]
    [InlineData("System.Net.Sockets.Socket", true)]
    [InlineData("System.DateTime.get_UtcNow", true)]
    [InlineData("System.DateTime.AddDays", false)]
    public void ForbiddenList_CoversTypesMembersAndNamespaces(string name, bool forbidden) => Assert.Equal(forbidden, IsForbidden(name));

    private static bool IsForbidden(string name) => Forbidden.Any(entry =>
        entry.EndsWith(".*", StringComparison.Ordinal)
            ? name.StartsWith(entry[..^1], StringComparison.Ordinal)
            : name == entry || name.StartsWith(entry + ".", StringComparison.Ordinal));

    private static IEnumerable<string> Types(MetadataReader code) => code.TypeReferences.Select(handle => NameOf(code, code.GetTypeReference(handle)));

    private static IEnumerable<string> Members(MetadataReader code)
    {
        foreach (MemberReferenceHandle handle in code.MemberReferences)
        {
            MemberReference member = code.GetMemberReference(handle);
            if (member.Parent.Kind == HandleKind.TypeReference)
                yield return $"{NameOf(code, code.GetTypeReference((TypeReferenceHandle)member.Parent))}.{code.GetString(member.Name)}";
        }
    }

    private static string NameOf(MetadataReader code, TypeReference type)
    {
        if (type.ResolutionScope.Kind == HandleKind.TypeReference)
            return $"{NameOf(code, code.GetTypeReference((TypeReferenceHandle)type.ResolutionScope))}.{code.GetString(type.Name)}";
        string space = code.GetString(type.Namespace);
        return space.Length == 0 ? code.GetString(type.Name) : $"{space}.{code.GetString(type.Name)}";
    }
}
