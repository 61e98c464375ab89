using System.Diagnostics;
using Gatekeeper.Kiosk.Drawing;
using Gatekeeper.Kiosk.Strings;
using Gatekeeper.Linux.Screen;
using Gatekeeper.Update.Status;

namespace Gatekeeper.Kiosk.Tests;

/// <summary>The code of squares on a page, read back by somebody else's reader: zbarimg of Debian's zbar-tools.</summary>
public class QrCodeTests
{
    private const string Challenge = "downgrade SN-0001 0123-4567-89AB-CDEF-GHJK";

    public static TheoryData<int, int, string> ScreensAndDirections()
    {
        TheoryData<int, int, string> cases = [];
        foreach ((int width, int height) in Pages.Screens)
        {
            cases.Add(width, height, "en");
            cases.Add(width, height, "ar");
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(ScreensAndDirections))]
    public void Challenge_IsReadByACamera_AsItIsReadOutByAPerson(int width, int height, string language)
    {
        StatusMessage status = new() { State = StatusState.Idle, Product = "PM200", Running = "1.0.0", ServiceMode = true, ServiceMinutes = 9, Challenge = Challenge };
        PageModel page = new PageBuilder(Texts.Load(language)).Build(status)!;
        Assert.Equal(Challenge, Read(page, width, height));
    }

    /// <summary>A receipt's code will stand on the page that says that the update is complete: there is room for one of this length.</summary>
    [Theory]
    [MemberData(nameof(ScreensAndDirections))]
    public void Done_HasRoomForAReceiptsCode(int width, int height, string language)
    {
        StatusMessage status = new() { Product = "PM200", Running = "2.0.0", State = StatusState.Done, CanPull = true };
        string receipt = string.Concat(Enumerable.Repeat("0123456789ABCDEFGHJKMNPQRSTVWXYZ", 4));
        PageModel page = new PageBuilder(Texts.Load(language)).Build(status)! with { Qr = receipt };
        Assert.Equal(receipt, Read(page, width, height));
    }

    [Fact]
    public void Draw_RefusesABoxWithoutRoom()
    {
        using Picture picture = new(100, 100);
        using Painter painter = new(picture);
        Assert.Throws<ArgumentException>(() => QrCode.Draw(painter, new Box(0, 0, 20, 20), Challenge));
        Assert.Throws<ArgumentException>(() => QrCode.Draw(painter, new Box(0, 0, 100, 100), new string('x', 5000)));
    }

    private static string Read(PageModel page, int width, int height)
    {
        string path = Path.Combine(Path.GetTempPath(), $"gatekeeper-qr-{Guid.NewGuid():N}.png");
        try
        {
            using Picture picture = new(width, height);
            PagePainter.Draw(picture, page);
            Png.Write(picture, path);
            ProcessStartInfo start = new("zbarimg", ["-q", "--raw", "--nodbus", path]) { RedirectStandardOutput = true, RedirectStandardError = true };
            using Process reader = Process.Start(start)!;
            Task<string> errors = reader.StandardError.ReadToEndAsync();
            string read = reader.StandardOutput.ReadToEnd().Trim();
            reader.WaitForExit();
            Assert.True(reader.ExitCode == 0, $"zbarimg: {reader.ExitCode} {errors.Result}");
            return read;
        }
        finally
        {
            File.Delete(path);
        }
    }
}
