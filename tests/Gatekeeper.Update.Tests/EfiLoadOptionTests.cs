namespace Gatekeeper.Update.Tests;

public sealed class EfiLoadOptionTests
{
    private static readonly EfiLoadOption Option = new("Gatekeeper A", 1, 2048, 81920, new Guid("00112233-4455-6677-8899-aabbccddeeff"), @"\EFI\gk\slot.efi");

    // Written by hand from UEFI 2.10 §3.1.3, §10.3.5.1 and §10.3.5.4.
    private const string Bytes =
        "01000000" + "5400"
        + "4700610074006500" + "6b00650065007000" + "65007200" + "2000" + "4100" + "0000"
        + "04012a00" + "01000000" + "0008000000000000" + "0040010000000000" + "33221100554477668899aabbccddeeff" + "0202"
        + "04042600" + "5c00450046004900" + "5c0067006b00" + "5c0073006c006f007400" + "2e00650066006900" + "0000"
        + "7fff0400";

    [Fact]
    public void Encode_IsTheStandardsForm() => Assert.Equal(Bytes, Convert.ToHexStringLower(Option.Encode()));

    [Fact]
    public void Decode_ReadsWhatEncodeMakes() => Assert.Equal(Option, EfiLoadOption.Decode(Option.Encode()));

    [Fact]
    public void Decode_EveryTruncation_IsNotOurs()
    {
        byte[] whole = Option.Encode();
        for (int length = 0; length < whole.Length; length++)
        {
            Assert.Null(EfiLoadOption.Decode(whole.AsSpan(0, length)));
        }

        Assert.Null(EfiLoadOption.Decode([.. whole, 0])); // optional data
    }

    [Fact]
    public void Decode_EveryChangedByte_IsNotOursOrAnotherEntry()
    {
        byte[] whole = Option.Encode();
        for (int i = 0; i < whole.Length; i++)
        {
            byte[] changed = (byte[])whole.Clone();
            changed[i] ^= 0x01;
            Assert.NotEqual(Option, EfiLoadOption.Decode(changed));
        }
    }

    [Theory]
    [InlineData(0)] // the active flag
    [InlineData(4)] // the path's length
    [InlineData(32)] // the node's type
    [InlineData(72)] // the table's kind
    [InlineData(73)] // the signature's kind
    [InlineData(112)] // the end node's type
    public void Decode_AnotherForm_IsNotOurs(int at)
    {
        byte[] changed = Option.Encode();
        changed[at] ^= 0x08;
        Assert.Null(EfiLoadOption.Decode(changed));
    }
}
