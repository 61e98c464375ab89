using Gatekeeper.Linux.Screen;
using Gatekeeper.Linux.Screen.Fb;

namespace Gatekeeper.Linux.Tests.Screen;

/// <summary>The framebuffer's pixels and the checks of what the kernel says of it. Drawing on a real one is a guest's test.</summary>
public class FramebufferTests
{
    private static readonly byte[] TwoPixels = [0x10, 0x80, 0xff, 0x00, 0xff, 0x04, 0x08, 0x00]; // B G R X

    [Fact]
    public void Layouts_AreThoseOfTheHeader() =>
        new CHeader("linux/fb.h")
            .Struct<fb_bitfield>("struct fb_bitfield")
            .Struct<fb_var_screeninfo>("struct fb_var_screeninfo")
            .Struct<fb_fix_screeninfo>("struct fb_fix_screeninfo")
            .Constant("FBIOGET_VSCREENINFO", FbIoctl.FBIOGET_VSCREENINFO)
            .Constant("FBIOGET_FSCREENINFO", FbIoctl.FBIOGET_FSCREENINFO)
            .Constant("FB_TYPE_PACKED_PIXELS", FbIoctl.FB_TYPE_PACKED_PIXELS)
            .Constant("FB_VISUAL_TRUECOLOR", FbIoctl.FB_VISUAL_TRUECOLOR)
            .Verify();

    [Theory]
    [InlineData(32, 16, 8, 8, 8, 0, 8, new byte[] { 0x10, 0x80, 0xff, 0x00, 0xff, 0x04, 0x08, 0x00 })] // XRGB8888
    [InlineData(32, 0, 8, 8, 8, 16, 8, new byte[] { 0xff, 0x80, 0x10, 0x00, 0x08, 0x04, 0xff, 0x00 })] // XBGR8888
    [InlineData(24, 16, 8, 8, 8, 0, 8, new byte[] { 0x10, 0x80, 0xff, 0xff, 0x04, 0x08 })] // RGB888
    [InlineData(16, 11, 5, 5, 6, 0, 5, new byte[] { 0x02, 0xfc, 0x3f, 0x08 })] // RGB565: ff 80 10 is f8 80 10, 08 04 ff is 08 04 f8
    public void Write_PlacesEachColourWhereTheKernelSays(int bits, int red, int redBits, int green, int greenBits, int blue, int blueBits, byte[] expected)
    {
        fb_var_screeninfo screen = Screen((uint)bits, red, redBits, green, greenBits, blue, blueBits);
        PixelLayout layout = PixelLayout.From(screen)!.Value;
        byte[] target = new byte[2 * layout.Bytes];
        layout.Write(TwoPixels, target);
        Assert.Equal(expected, target);
    }

    [Fact]
    public void Geometry_TakesAPlainScreen()
    {
        var screen = FramebufferScreen.Geometry(Screen(32), Memory(640 * 4, 480 * 640 * 4));
        Assert.Equal((640, 480, 2560, 0L), (screen!.Value.Width, screen.Value.Height, screen.Value.Pitch, screen.Value.First));
    }

    [Fact]
    public void Geometry_StartsWhereTheScreenIsPannedTo()
    {
        fb_var_screeninfo panned = Screen(32);
        panned.yoffset = 480;
        Assert.Equal(480L * 2560, FramebufferScreen.Geometry(panned, Memory(2560, 960 * 2560))!.Value.First);
        Assert.Null(FramebufferScreen.Geometry(panned, Memory(2560, (960 * 2560) - 1)));
    }

    public static TheoryData<string> Odd => ["memory too short", "pitch too short", "no pixels", "huge", "planes", "palette", "eight bits", "grey", "bit order", "colour outside the pixel"];

    [Theory]
    [MemberData(nameof(Odd))]
    public void Geometry_RefusesWhatItWouldDrawOutsideOf(string what)
    {
        fb_var_screeninfo screen = Screen(32);
        fb_fix_screeninfo memory = Memory(2560, 480 * 2560);
        switch (what)
        {
            case "memory too short": memory.smem_len--; break;
            case "pitch too short": memory.line_length = 2559; break;
            case "no pixels": screen.xres = 0; break;
            case "huge": (screen.yres, memory.smem_len) = (16385, uint.MaxValue); break;
            case "planes": memory.type = 1; break;
            case "palette": memory.visual = 3; break;
            case "eight bits": screen.bits_per_pixel = 8; break;
            case "grey": screen.grayscale = 1; break;
            case "bit order": screen.green.msb_right = 1; break;
            case "colour outside the pixel": screen.red.offset = 25; break;
            default: throw new ArgumentOutOfRangeException(nameof(what));
        }

        Assert.Null(FramebufferScreen.Geometry(screen, memory));
    }

    [Fact]
    public void Open_SaysThatThereIsNone() =>
        Assert.Equal(2, Assert.Throws<System.ComponentModel.Win32Exception>(() => FramebufferScreen.Open("/dev/no-such-framebuffer")).NativeErrorCode);

    private static fb_var_screeninfo Screen(uint bits, int red = 16, int redBits = 8, int green = 8, int greenBits = 8, int blue = 0, int blueBits = 8) => new()
    {
        xres = 640,
        yres = 480,
        bits_per_pixel = bits,
        red = new fb_bitfield { offset = (uint)red, length = (uint)redBits },
        green = new fb_bitfield { offset = (uint)green, length = (uint)greenBits },
        blue = new fb_bitfield { offset = (uint)blue, length = (uint)blueBits },
    };

    private static fb_fix_screeninfo Memory(uint pitch, uint bytes) => new() { line_length = pitch, smem_len = bytes, visual = FbIoctl.FB_VISUAL_TRUECOLOR };
}
