namespace Gatekeeper.TufClient.Tests.Support;

/// <summary>A clock that stands where a test puts it.</summary>
internal sealed class Moment(DateTimeOffset at) : TimeProvider
{
    /// <summary>The tests' present.</summary>
    public static readonly DateTimeOffset Now = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => at;
}
