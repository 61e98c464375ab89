using System.Text.Json.Nodes;

namespace Gatekeeper.Rig;

/// <summary>The guest's screen.</summary>
public sealed class Screen(Qmp qmp, string scratch)
{
    private int shots;

    /// <summary>What the screen shows now.</summary>
    public async Task<ScreenImage> ShotAsync()
    {
        string file = Path.Combine(scratch, $"shot{Interlocked.Increment(ref shots)}.ppm");
        await qmp.RunAsync("screendump", new JsonObject { ["filename"] = file });
        ScreenImage image = ScreenImage.FromPpm(await File.ReadAllBytesAsync(file));
        File.Delete(file);
        return image;
    }

    /// <summary>Waits until the screen fulfils a condition.</summary>
    /// <returns>The picture that did.</returns>
    /// <exception cref="RigException">It never did; the last picture is in out/screens.</exception>
    public async Task<ScreenImage> WaitAsync(string what, TimeSpan limit, Func<ScreenImage, bool> condition)
    {
        ScreenImage? last = null;
        try
        {
            return await Wait.ForAsync(what, limit, async () =>
            {
                last = await ShotAsync();
                return condition(last) ? last : null;
            });
        }
        catch (RigException late)
        {
            throw new RigException($"{late.Message}; the screen then: {last?.Save($"failed-{what.Replace(' ', '-')}")}", late);
        }
    }

    /// <summary>Waits until the screen differs from a picture in at least this many pixels.</summary>
    public Task<ScreenImage> WaitChangeAsync(ScreenImage from, TimeSpan limit, int pixels = 1)
        => WaitAsync("change of the screen", limit, now => now.Difference(from) >= pixels);

    /// <summary>Waits until two pictures, a pause apart, are the same.</summary>
    public async Task<ScreenImage> WaitStillAsync(TimeSpan limit, TimeSpan? pause = null)
    {
        ScreenImage? before = null;
        return await Wait.ForAsync("still screen", limit, async () =>
        {
            ScreenImage now = await ShotAsync();
            bool same = before is not null && now.Difference(before) == 0;
            before = now;
            return same ? now : null;
        }, pause ?? TimeSpan.FromMilliseconds(700));
    }
}
