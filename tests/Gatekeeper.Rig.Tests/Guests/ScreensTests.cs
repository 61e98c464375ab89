using Gatekeeper.Kiosk.Tests;
using Gatekeeper.Update.Status;

namespace Gatekeeper.Rig.Tests.Guests;

/// <summary>
/// Every page of the kiosk on a guest's real screen, in three languages and at three resolutions, as the kept pictures have it. One boot a
/// resolution: what leads to each page is shown by the tests of the flow, here its status is played.
/// </summary>
[Trait("part", "kiosk")]
[Trait("long", "true")]
public sealed class ScreensTests
{
    public static TheoryData<int, int> Sizes
    {
        get
        {
            TheoryData<int, int> sizes = [];
            foreach ((int width, int height) in Pages.Screens)
            {
                sizes.Add(width, height);
            }

            return sizes;
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task EveryPage_OnTheRealScreen_IsTheKeptPicture(int width, int height)
    {
        string name = $"screens-{width}x{height}";
        await using Device device = await (await Lab.TemplateAsync()).StartAsync(name, TimeSpan.FromMinutes(15), (width, height));
        await device.WaitIdleAsync();
        StatusPlayer player = await StatusPlayer.StartAsync(device, Path.Combine(Repository.Out, "rig-work", name));

        List<string> wrong = [];
        ScreenImage last = await device.Screen.ShotAsync();
        foreach (string language in KeptScreens.Languages)
        {
            foreach ((string page, StatusMessage status) in Pages.Everyday())
            {
                await player.PlayAsync(StatusProtocol.Write(status with { Language = language }));
                await device.Screen.WaitChangeAsync(last, TimeSpan.FromSeconds(20), pixels: 20);
                last = await device.Screen.WaitStillAsync(TimeSpan.FromSeconds(15), TimeSpan.FromMilliseconds(250));
                string kept = Path.Combine(Repository.Root, KeptScreens.Path(language, width, height, page));
                if (KeptScreens.Updating)
                {
                    last.Keep(kept);
                }
                else if (last.VisiblePerMille(ScreenImage.FromKept(kept)) is var differs && differs > KeptScreens.TolerancePerMille)
                {
                    wrong.Add($"{language} {page}: {differs:f2} of a thousand pixels differ, see {last.Save($"{name}-{language}-{page}")}");
                }
            }
        }

        Assert.True(wrong.Count == 0, $"{width}x{height}: run with {KeptScreens.UpdateVariable}=1 and look at the pictures when this is wanted\n{string.Join('\n', wrong)}");
    }
}
