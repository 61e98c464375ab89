using System.Diagnostics;

namespace Gatekeeper.Rig;

/// <summary>Waiting for a condition, always with an end.</summary>
public static class Wait
{
    /// <summary>Asks again and again until the answer is not null.</summary>
    /// <param name="what">Named in the failure: "no X within N s".</param>
    /// <param name="limit">The longest wait.</param>
    /// <param name="ask">The question; null means not yet.</param>
    /// <param name="pause">Between two questions; 100 ms unless said otherwise.</param>
    /// <exception cref="RigException">No answer in time.</exception>
    public static async Task<T> ForAsync<T>(string what, TimeSpan limit, Func<Task<T?>> ask, TimeSpan? pause = null) where T : class
    {
        Stopwatch clock = Stopwatch.StartNew();
        while (true)
        {
            if (await ask() is { } answer)
            {
                return answer;
            }
            if (clock.Elapsed > limit)
            {
                throw new RigException($"no {what} within {limit.TotalSeconds:0} s");
            }
            await Task.Delay(pause ?? TimeSpan.FromMilliseconds(100));
        }
    }

    /// <summary>Asks again and again until the answer is yes.</summary>
    /// <exception cref="RigException">No yes in time.</exception>
    public static Task UntilAsync(string what, TimeSpan limit, Func<Task<bool>> ask, TimeSpan? pause = null)
        => ForAsync(what, limit, async () => await ask() ? "yes" : null, pause);
}
