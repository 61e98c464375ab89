using System.Text;
using Gatekeeper.Release;
using Gatekeeper.Stick.FileSystems;
using Gatekeeper.Stick.FileSystems.Fat;
using Gatekeeper.Stick.Tests.FileSystems.Images;

namespace Gatekeeper.Stick.Tests.FileSystems;

/// <summary>fatgen103 "FAT Directory Structure" and "FAT Long Directory Entries", a test for each rule.</summary>
public sealed class FatDirectoryTests
{
    private const string Short = "RELEAS~1.GKU";

    [Theory]
    [InlineData(12)]
    [InlineData(16)]
    [InlineData(32)]
    public void Unchanged_IsFound(int kind) => Walk.Finds(FatImage.Of(kind).Stick, FatImage.Name, FatImage.Content);

    [Fact]
    public void VolumeLabel_IsNoFile()
    {
        FatImage image = FatImage.Of(16);
        image.Append(FatImage.ShortEntry("LABEL   GKU", 0x08, 0, 0)).Append(FatImage.ShortEntry("BOTH    GKU", 0x18, 0, 0));
        Walk.Finds(image.Stick, FatImage.Name, FatImage.Content);
    }

    [Fact]
    public void Directory_IsNoFile()
    {
        FatImage image = FatImage.Of(16);
        Walk.Finds(image.Append(FatImage.ShortEntry("FOLDER  GKU", 0x10, 9, 0)).Stick, FatImage.Name, FatImage.Content);
    }

    [Fact]
    public void FirstByte00_EndsTheDirectory()
    {
        FatImage image = FatImage.Of(16);
        int end = image.EndOfRoot();
        FatImage.ShortEntry("BEHIND  GKU", 0x20, 0, 0).CopyTo(image.Bytes, end + 32);
        Walk.Finds(image.Stick, FatImage.Name, FatImage.Content);
    }

    [Fact]
    public void FirstByteE5_IsAFreeEntry()
    {
        FatImage image = FatImage.Of(16);
        Walk.IsRefused(image.Set(image.Entry, 0xE5).Stick, Refusal.NoRelease);
    }

    [Fact]
    public void FirstByte05_IsAKanjiLeadByte_NotARelease()
    {
        FatImage image = FatImage.Of(16);
        image.Append(FatImage.ShortEntry("\u0005ELEASE GKU", 0x20, 0, 0));
        Walk.Finds(image.Stick, FatImage.Name, FatImage.Content);
    }

    [Fact]
    public void FullRootDirectory_WithoutEndMark_IsReadToItsEnd()
    {
        FatImage image = FatImage.Of(16);
        while (image.EndOfRoot() < image.DataOffset)
            image.Append(FatImage.ShortEntry("PICTURE JPG", 0x20, 0, 0));
        Walk.Finds(image.Stick, FatImage.Name, FatImage.Content);
    }

    [Theory]
    [InlineData(0x00, "RELEASE.GKU")]
    [InlineData(0x08, "release.GKU")]
    [InlineData(0x10, "RELEASE.gku")]
    [InlineData(0x18, "release.gku")]
    public void NTRes_GivesTheSpelling(byte reserved, string name)
    {
        byte[] entry = FatImage.ShortEntry("RELEASE GKU", 0x20, 0, 0);
        entry[12] = reserved;
        Assert.Equal(name, FatEntry.Parse(entry, TableKind.Fat16).ShortName);
    }

    [Fact]
    public void TwoFilesOfOneName_AreRefused()
    {
        FatImage image = FatImage.Of(16);
        image.Append(FatImage.ShortEntry("A       GKU", 0x20, 0, 0)).Append(FatImage.ShortEntry("A       GKU", 0x20, 0, 0));
        Walk.IsRefused(image.Stick, Refusal.FileSystemDamaged, "one name");
    }

    [Fact]
    public void LongName_WithAnotherChecksum_IsAnOrphan() => ShortNameCounts((image, part) => image.Set(part + 13, (byte)(image.Bytes[part + 13] ^ 1)));

    [Fact]
    public void LongName_WithTypeNotZero_IsAnOrphan() => ShortNameCounts((image, part) => image.Set(part + 12, 1));

    [Fact]
    public void LongName_WithFstClusLO_IsAnOrphan() => ShortNameCounts((image, part) => image.Set16(part + 26, 1));

    [Fact]
    public void LongName_OutOfOrder_IsAnOrphan() => ShortNameCounts((image, part) => image.Set(part, 2));

    [Fact]
    public void LongName_WithoutItsLastPart_IsAnOrphan() => ShortNameCounts((image, part) => image.Set(part - 32, 0xE5));

    [Fact]
    public void LongName_WithTooManyParts_IsAnOrphan() => ShortNameCounts((image, part) => image.Set(part - 32, 0x40 | 21));

    [Fact]
    public void LongName_WithOtherPadding_IsRead() => ShortNameCounts((image, part) => image.Set(part - 32 + 28, 0x41, 0), FatImage.Name);

    [Fact]
    public void LongName_WhoseLastPartIsEmpty_EndsBeforeIt()
    {
        FatImage image = FatImage.Of(16);
        Walk.IsRefused(image.Set(image.Entry - 64 + 1, 0, 0).Stick, Refusal.NoRelease);
    }

    [Fact]
    public void LongName_WithoutACharacter_IsAnOrphan() => ShortNameCounts((image, part) => image.Set(part + 1, 0, 0));

    [Fact]
    public void LongName_OfAnotherShortName_IsAnOrphan() => ShortNameCounts((image, part) => image.Set(image.Entry, (byte)'Z'), "ZELEAS~1.GKU");

    [Fact]
    public void LongName_Of255Characters_IsRead()
    {
        string name = new('x', 255);
        Assert.Equal(name, Assemble(name));
    }

    [Theory]
    [InlineData(256)]
    [InlineData(260)]
    public void LongName_Above255Characters_IsAnOrphan(int length) => Assert.Null(Assemble(new string('x', length)));

    [Fact]
    public void ReleaseFolder_WithoutCluster_IsRefused() => Folder(0);

    [Fact]
    public void ReleaseFolder_OutsideTheHeap_IsRefused() => Folder(0xFFFF);

    [Theory]
    [InlineData(16)]
    [InlineData(32)]
    public void NameOutsideAscii_IsIgnored(int kind)
    {
        FatImage image = FatImage.Of(kind);
        Walk.IsRefused(image.Set(image.Entry - 32 + 1, 0xE4, 0).Stick, Refusal.NoRelease);
    }

    private static void Folder(int cluster)
    {
        FatImage image = FatImage.Of(16);
        byte[] entry = FatImage.ShortEntry("GATEKE~1   ", 0x10, cluster, 0);
        foreach (byte[] part in FatImage.LongEntries("Gatekeeper", entry.AsSpan(0, 11)))
            image.Append(part);
        Walk.IsRefused(image.Append(entry).Stick, Refusal.FileSystemDamaged, "outside the heap");
    }

    /// <summary>The long name has two parts. <paramref name="damage"/> gets the offset of the second in the directory, which is part 1.</summary>
    private static void ShortNameCounts(Action<FatImage, int> damage, string name = Short)
    {
        FatImage image = FatImage.Of(16);
        damage(image, image.Entry - 32);
        Walk.Finds(image.Stick, name, FatImage.Content);
    }

    private static string? Assemble(string name)
    {
        byte[] shortName = Encoding.ASCII.GetBytes("XXXXXX~1   ");
        FatLongName assembler = new();
        foreach (byte[] entry in FatImage.LongEntries(name, shortName))
            assembler.Add(entry);
        return assembler.For(shortName);
    }
}
