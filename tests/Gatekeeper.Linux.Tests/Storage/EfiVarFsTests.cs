using Gatekeeper.Linux.Storage;
using Gatekeeper.Release;

namespace Gatekeeper.Linux.Tests.Storage;

/// <summary>The file format of efivarfs on a plain folder; what the kernel and a firmware make of it is shown on the rig.</summary>
public sealed class EfiVarFsTests : IDisposable
{
    private static readonly Guid Vendor = new("8be4df61-93ca-11d2-aa0d-00e098032b8c");
    private readonly TemporaryFolder folder = new();
    private readonly EfiVarFs variables;

    public EfiVarFsTests() => variables = new EfiVarFs(folder.Path);

    private string Next => folder["BootNext-8be4df61-93ca-11d2-aa0d-00e098032b8c"];

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Write_IsAttributesThenData()
    {
        variables.Write("BootNext", Vendor, [0x01, 0x01]);
        Assert.Equal([7, 0, 0, 0, 1, 1], File.ReadAllBytes(Next));
        Assert.Equal([1, 1], variables.Read("BootNext", Vendor));
    }

    [Fact]
    public void Read_OfNothing_IsNull() => Assert.Null(variables.Read("BootNext", Vendor));

    [Fact]
    public void Delete_RemovesAndMayBeRepeated()
    {
        variables.Write("BootNext", Vendor, [0x01, 0x01]);
        variables.Delete("BootNext", Vendor);
        Assert.False(File.Exists(Next));
        variables.Delete("BootNext", Vendor);
        variables.Write("BootNext", Vendor, [0x01, 0x01]);
        variables.Write("BootNext", Vendor, []); // UEFI 2.10 §8.2: no data deletes
        Assert.False(File.Exists(Next));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4 + Limits.MaxEfiVariableBytes + 1)]
    public void Read_OfALengthThatCannotBe_IsAnIoError(int length)
    {
        File.WriteAllBytes(Next, new byte[length]);
        Assert.Throws<IOException>(() => variables.Read("BootNext", Vendor));
    }

    [Fact]
    public void Read_OfTheLongest_Works()
    {
        File.WriteAllBytes(Next, new byte[4 + Limits.MaxEfiVariableBytes]);
        Assert.Equal(Limits.MaxEfiVariableBytes, variables.Read("BootNext", Vendor)!.Length);
    }

    [Fact]
    public void FreeBytes_AreTheFileSystems() => Assert.True(variables.FreeBytes() > 0);

    [Fact]
    public void MissingStore_IsAnIoError() => Assert.ThrowsAny<IOException>(() => new EfiVarFs(folder["none"]).Write("BootNext", Vendor, [1, 1]));
}
