using Gatekeeper.Crash.Tests.Model;

namespace Gatekeeper.Crash.Tests;

/// <summary>What a damaged sector holds.</summary>
internal static class Torn
{
    public static Sector? Of(Unflushed sector, Damage damage, Random random)
    {
        byte[] bytes = new byte[Sector.Bytes];
        switch (damage)
        {
            case Damage.Unreadable:
                return Sector.Unreadable;
            case Damage.Garbage:
                random.NextBytes(bytes);
                break;
            default:
                int at = random.Next(1, Sector.Bytes);
                (Sector? front, Sector? back) = damage == Damage.FrontIsNew ? (sector.New, sector.Old) : (sector.Old, sector.New);
                Bytes(front)[..at].CopyTo(bytes);
                Bytes(back)[at..].CopyTo(bytes.AsSpan(at));
                break;
        }

        return Sector.Of(bytes);
    }

    private static ReadOnlySpan<byte> Bytes(Sector? sector) => sector is null ? new byte[Sector.Bytes] : sector.Data;
}
