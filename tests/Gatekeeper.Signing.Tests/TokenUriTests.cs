using Gatekeeper.Signing.Keys.Tokens;

namespace Gatekeeper.Signing.Tests;

/// <summary>RFC 7512, as far as it says which key is meant; everything else refuses the URI.</summary>
public sealed class TokenUriTests
{
    [Fact]
    public void EveryAttribute_IsRead()
    {
        var uri = TokenUri.Parse("PKCS11:token=The%20Software%20PKCS%2311%20Softtoken;manufacturer=Snake%20Oil,%20Inc.;model=1.0;serial=4711;slot-id=12;object=b%C3%A9b%C3%A9&co;type=private;id=%00a%FF?module-path=/usr/lib/m.so&module-name=m&pin-source=file:/run/pin");
        Assert.Equal("The Software PKCS#11 Softtoken", uri.Token);
        Assert.Equal("Snake Oil, Inc.", uri.Manufacturer);
        Assert.Equal("1.0", uri.Model);
        Assert.Equal("4711", uri.Serial);
        Assert.Equal(12UL, uri.SlotId);
        Assert.Equal("bébé&co", uri.Object);
        Assert.Equal([0, (byte)'a', 0xFF], uri.Id);
        Assert.Equal("/usr/lib/m.so", uri.ModulePath);
        Assert.Equal("m", uri.ModuleName);
        Assert.Equal("/run/pin", uri.PinFile);
    }

    [Theory]
    [InlineData("pkcs11:")]
    [InlineData("pkcs11:?module-name=m")]
    [InlineData("pkcs11:id=%01%02%03;type=public")]
    [InlineData("pkcs11:token=a:[]@!$'()*+,=&b?pin-source=/a/b?c|d")]
    [InlineData("pkcs11:?pin-source=file:///run/pin")]
    public void Others_AreRead(string text) => Assert.Equal(text, TokenUri.Parse(text).ToString());

    [Theory]
    [InlineData("pkcs12:token=a", "does not begin with pkcs11:")]
    [InlineData("pkcs11:token=a;token=a", "says token twice")]
    [InlineData("pkcs11:?module-name=a&module-name=b", "says module-name twice")]
    [InlineData("pkcs11:token", "token is no name=value")]
    [InlineData("pkcs11:=a", "is no name=value")]
    [InlineData("pkcs11:token=a;", "is no name=value")]
    [InlineData("pkcs11:token=a?", "", true)]
    [InlineData("pkcs11:token=", "token is empty")]
    [InlineData("pkcs11:Token=a", "says Token")]
    [InlineData("pkcs11:module-path=a", "says module-path")]
    [InlineData("pkcs11:?token=a", "says token")]
    [InlineData("pkcs11:x-vendor=a", "says x-vendor")]
    [InlineData("pkcs11:library-version=1", "says library-version")]
    [InlineData("pkcs11:type=cert", "type=cert is no key")]
    [InlineData("pkcs11:type=secret-key", "is no key that signs")]
    [InlineData("pkcs11:slot-id=-1", "is no number")]
    [InlineData("pkcs11:slot-id=0x1", "is no number")]
    [InlineData("pkcs11:slot-id=18446744073709551616", "is no number")]
    [InlineData("pkcs11:token=a b", "' ' cannot stand")]
    [InlineData("pkcs11:token=a/b", "'/' cannot stand")]
    [InlineData("pkcs11:token=é", "'é' cannot stand")]
    [InlineData("pkcs11:token=a%", "% without two hex digits")]
    [InlineData("pkcs11:token=a%2", "% without two hex digits")]
    [InlineData("pkcs11:token=a%2g", "% without two hex digits")]
    [InlineData("pkcs11:token=%FF", "not UTF-8")]
    [InlineData("pkcs11:object=%1B%5B2J", "control characters")]
    [InlineData("pkcs11:object=a%00", "control characters")]
    [InlineData("pkcs11:?module-name=../m", "a name without a path")]
    [InlineData("pkcs11:?pin-source=pin", "no file with its whole path")]
    [InlineData("pkcs11:?pin-source=|/usr/lib/pinomatic", "no file with its whole path")]
    [InlineData("pkcs11:?pin-source=https://example.org/pin", "no file with its whole path")]
    [InlineData("pkcs11:?pin-value=1234", "it holds a PIN")]
    public void WhatIsNotUnderstood_Refuses(string text, string expected, bool isFine = false)
    {
        ToolException? e = Record.Exception(() => TokenUri.Parse(text)) as ToolException;
        Assert.Equal(isFine, e is null);
        Assert.True(isFine || e!.Code == ExitCode.Usage);
        Assert.Contains(expected, e?.Message ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void APinInAUri_IsNotRepeated()
    {
        ToolException e = Assert.Throws<ToolException>(() => TokenUri.Parse("pkcs11:token=a?pin-value=987654"));
        Assert.DoesNotContain("987654", e.Message + e.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void AnyBytes_EndInAUriOrARefusal()
    {
        // Mutations of one good URI: nothing but a refusal may come out, and what is read means what it says.
        const string Good = "pkcs11:token=a%20b;object=c;id=%01%02;slot-id=3?module-path=/m.so&pin-source=file:/p";
        var random = new Random(1);
        for (int i = 0; i < 20_000; i++)
        {
            char[] text = Good.ToCharArray();
            for (int n = random.Next(1, 4); n > 0; n--)
            {
                text[random.Next(7, text.Length)] = (char)random.Next(0, 0x100);
            }

            if (Record.Exception(() => TokenUri.Parse(new string(text))) is Exception e and not ToolException)
            {
                Assert.Fail($"{new string(text)}: {e}");
            }
        }
    }

    [Theory]
    [InlineData("", null, ExitCode.Usage, "no PKCS#11 module is named")]
    [InlineData("?module-path=libsofthsm2.so", null, ExitCode.Usage, "not given with its whole path")]
    [InlineData("?module-name=softhsm2", null, ExitCode.Usage, "no PKCS#11 module is named")]
    [InlineData("?module-path=/nowhere/m.so", null, ExitCode.Token, "there is no PKCS#11 module /nowhere/m.so")]
    [InlineData("?module-path=/tmp&module-name=m", null, ExitCode.Token, "there is no PKCS#11 module /tmp/m.so or /tmp/libm.so")]
    [InlineData("?module-path=/tmp", null, ExitCode.Token, "there is no PKCS#11 module /tmp")]
    [InlineData("", "m.so", ExitCode.Usage, "not given with its whole path")]
    public void OnlyAModuleThatIsNamed_IsLookedFor(string query, string? variable, ExitCode code, string expected)
    {
        ToolException e = Assert.Throws<ToolException>(() => TokenModule.Find(TokenUri.Parse("pkcs11:" + query), _ => variable));
        Assert.Equal(code, e.Code);
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
    }
}
