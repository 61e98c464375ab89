using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Gatekeeper.Kiosk.Tests;

/// <summary>SCREENS.md: every page of the kiosk in the kept pictures, with a sentence that says when it comes.</summary>
internal static class ScreensPage
{
    private static readonly ImmutableArray<(string Page, string Title, string When)> Sections =
    [
        ("found", "Found", "A stick with a release for this device was plugged in and the release is verified. Shown for two seconds before anything is done: pulling the stick now leaves no trace."),
        ("ask-button", "May it be installed?", "Where the policy wants a person's yes: one key at the device. Nothing has been written yet."),
        ("ask-pin", "May it be installed? With a PIN", "Where the policy wants to know whose yes it is."),
        ("ask-pin-digits", "PIN, typed", "Dots only: never the digits."),
        ("ask-pin-wrong", "PIN, wrong", "How many tries are left before a wait."),
        ("ask-wait", "PIN, wait", "After three wrong ones; the wait outlives a restart."),
        ("copying", "Copying", "The release is copied to the device's own disk, each piece checked. The time left comes from the speed so far and is shown from 5 % on."),
        ("copying-pull", "Copied", "Everything needed is on the device: the stick can go to the next device."),
        ("checking", "Checking", "The running system is read whole and compared before the other slot set is touched."),
        ("installing", "Installing", "The other slot set is written and read back. The running one is not touched."),
        ("installing-start", "Installing, first seconds", "No time is promised before it is known."),
        ("restarting", "Restarting", "The switch is set; the device restarts in a moment."),
        ("self-test", "Testing", "The new version runs on trial. While it does, the device counts as in use (I15), so the reference kiosk draws this page only when a person has said otherwise in service mode; a manufacturer's own screen is told over the status socket."),
        ("done", "Complete", "The new version passed its test and is kept. Beside the text there is room for a receipt's code."),
        ("fell-back", "Back on the old version", "The new version did not pass: the old one runs again, and this says why."),
        ("refused-product", "Does not fit", "A signed release for another product or model: which it is for, which this is, what to do."),
        ("refused-damaged", "Damaged file", "The signed facts are there, the contents are not: copy again or use another stick."),
        ("installed-already", "Installed already", "Nothing to do is no fault and does not look like one."),
        ("taken", "Taken over", "A stick with roots, an approval or a permit and no release."),
        ("service-mode", "Service mode", "Entered with the machine's own key; says how long it lasts."),
        ("service-mode-refusal", "Service mode: refused", "What is silent outside service mode has a code, a sentence and a next step in it."),
        ("service-challenge", "Service mode: challenge", "What a permit must name, in letters to read out and as a QR code to photograph."),
    ];

    internal static IEnumerable<string> Named => Sections.Select(section => section.Page);

    internal static string Markdown()
    {
        StringBuilder page = new();
        page.Append("""
            # The kiosk's screens

            Every page, as a guest's real screen showed it to the rig (`screendump`): English, Arabic (right to left) and Japanese, at 800x480,
            1280x800 and 1080x1920. The other thirteen languages are drawn and measured by `PageLayoutTests`. Outside service mode nothing at all is
            drawn for a stick without signed metadata and for any other device, and nothing is ever drawn while the device is in use (I09, I15).

            `KeptScreensTests` compares what is drawn now with these pictures, `ScreensTests` (`tests/run kiosk --long`) does it on the real screen.
            When a page is meant to change: `GATEKEEPER_UPDATE_SCREENS=1`, first the rig's test, then the kiosk's; look at each picture before it is kept.

            Not on any page: a byte that came from a stick whose signature did not hold, a PIN, the name of a person.


            """);
        foreach ((string name, string title, string when) in Sections)
        {
            page.Append(CultureInfo.InvariantCulture, $"## {title}\n\n{when}\n\n");
            foreach ((int width, int height) in Pages.Screens)
            {
                foreach (string language in KeptScreens.Languages)
                {
                    string path = KeptScreens.Path(language, width, height, name)["host-service/Gatekeeper.Kiosk/".Length..];
                    int shown = width > height ? 270 : 150;
                    page.Append(CultureInfo.InvariantCulture, $"<img src=\"{path}\" width=\"{shown}\" alt=\"{title}, {language}, {width}x{height}\">\n");
                }

                page.Append(width < height ? "\n" : "<br>\n");
            }
        }

        return page.ToString().TrimEnd('\n') + "\n";
    }
}
