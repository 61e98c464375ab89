using System.Globalization;
using System.Net;
using System.Text;
using Gatekeeper.Rig;

namespace Gatekeeper.Demo;

/// <summary>The pictures of a story: one file each, a page with their words and times, and one sheet with all of them.</summary>
internal sealed class Album
{
    private const int Columns = 3;
    private const int Gap = 12;

    private readonly List<(ScreenImage Picture, string File, string Words, DateTime At)> pictures = [];

    /// <summary>The files so far.</summary>
    public IEnumerable<string> Files => pictures.Select(picture => picture.File);

    /// <summary>Saves a picture in out/screens and remembers it.</summary>
    public void Add(ScreenImage picture, string name, string words) => pictures.Add((picture, picture.Save(name), words, DateTime.UtcNow));

    /// <summary>Writes the page and the sheet.</summary>
    /// <returns>Their paths.</returns>
    public (string Page, string Sheet) Bind()
    {
        string page = Path.Combine(Repository.Out, "screens", "demo.html");
        File.WriteAllText(page, Html());
        return (page, Sheet().Save("demo"));
    }

    private string Html()
    {
        StringBuilder html = new();
        html.Append("<!DOCTYPE html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>Gatekeeper: an update</title>\n");
        html.Append("<style>body{font-family:sans-serif;margin:2em;background:#e8edf2}figure{display:inline-block;margin:.6em}img{width:420px;display:block;border:1px solid #99a}</style>\n");
        html.Append("<h1>An update, as the device's screen showed it</h1>\n");
        foreach ((ScreenImage _, string file, string words, DateTime at) in pictures)
        {
            html.Append(CultureInfo.InvariantCulture, $"<figure><img src=\"{Path.GetFileName(file)}\" alt=\"\"><figcaption>{(at - pictures[0].At).TotalSeconds:f0} s: {WebUtility.HtmlEncode(words)}</figcaption></figure>\n");
        }
        return html.Append("</html>\n").ToString();
    }

    /// <summary>All pictures at half their size, row by row.</summary>
    private ScreenImage Sheet()
    {
        int width = pictures.Max(p => p.Picture.Width) / 2;
        int height = pictures.Max(p => p.Picture.Height) / 2;
        int rows = (pictures.Count + Columns - 1) / Columns;
        int across = (Columns * (width + Gap)) + Gap;
        int down = (rows * (height + Gap)) + Gap;
        byte[] rgb = new byte[across * down * 3];
        Array.Fill(rgb, (byte)0x99);
        for (int i = 0; i < pictures.Count; i++)
        {
            int left = Gap + (i % Columns * (width + Gap));
            int top = Gap + (i / Columns * (height + Gap));
            Halve(pictures[i].Picture, rgb, across, left, top);
        }
        return new ScreenImage(across, down, rgb);
    }

    private static void Halve(ScreenImage picture, byte[] rgb, int across, int left, int top)
    {
        ReadOnlySpan<byte> from = picture.Rgb;
        for (int y = 0; y < picture.Height / 2; y++)
        {
            for (int x = 0; x < picture.Width / 2; x++)
            {
                for (int colour = 0; colour < 3; colour++)
                {
                    int at = (((2 * y * picture.Width) + (2 * x)) * 3) + colour;
                    int below = at + (picture.Width * 3);
                    rgb[((((top + y) * across) + left + x) * 3) + colour] = (byte)((from[at] + from[at + 3] + from[below] + from[below + 3]) / 4);
                }
            }
        }
    }
}
